/*
 * exemptions.c - which sections and exemptions of the Freedom of Information
 * Act a decision may name.
 */
#include <pthread.h>
#include <string.h>

#include "codes/codes.h"
#include "codes/list.h"

#define SECTIONS_MAX 64

static const char *sections[SECTIONS_MAX];
static size_t n_sections;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static void load(void)
{
    struct sc_list list;

    if (!sc_list_open(&list, "exemptions.csv"))
        return;
    while (n_sections < SECTIONS_MAX && sc_list_next(&list))
        sections[n_sections++] = list.fields[0];
}

bool sc_exemption_known(const char *written)
{
    size_t base = strcspn(written, "(");

    (void)pthread_once(&loaded, load);
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
