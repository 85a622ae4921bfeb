/*
 * exemptions.c - which sections and exemptions of the Freedom of Information
 * Act a decision may name.
 */
#include <ctype.h>
#include <pthread.h>
#include <string.h>

#include "codes/codes.h"
#include "codes/list.h"

#define SECTIONS_MAX 64

static char pool[8 * 1024];
static const char *sections[SECTIONS_MAX];
static size_t n_sections;
static const char *problem;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static void load(void)
{
    struct sc_list list;
    size_t section;

    sc_list_open(&list, "exemptions.csv", pool, sizeof pool);
    section = sc_list_column(&list, "section");
    while (!problem && sc_list_next(&list)) {
        if (n_sections == SECTIONS_MAX)
            problem = "exemptions.csv has more rows than there is room for";
        else
            sections[n_sections++] = list.fields[section];
    }
    if (!problem && (!sc_list_sound(&list) || n_sections == 0))
        problem = "exemptions.csv does not read";
}

const char *sc_exemptions_problem(void)
{
    (void)pthread_once(&loaded, load);
    return problem;
}

/* Nothing, or subsections and paragraphs: "(2)", "(5A)(b)". */
static bool is_subsections(const char *s)
{
    while (*s == '(') {
        size_t n = 0;

        for (s++; isalnum((unsigned char)s[n]); n++)
            continue;
        if (n == 0 || n > 4 || s[n] != ')')
            return false;
        s += n + 1;
    }
    return *s == '\0';
}

bool sc_exemption_known(const char *written)
{
    size_t base = strcspn(written, "(");

    if (sc_exemptions_problem() || !is_subsections(written + base))
        return false;
    for (size_t i = 0; i < n_sections; i++) {
        size_t listed = strcspn(sections[i], "(");
        bool same_section = listed == base && strncmp(sections[i], written, base) == 0;

        if (strcmp(sections[i], written) == 0)
            return true;
        /* 40(2) when 40 is listed, 14 when 14(1) is */
        if (same_section && (sections[i][listed] == '\0' || written[base] == '\0'))
            return true;
    }
    return false;
}
