/*
 * offences.c - Home Office offence codes and recorded-crime classes.
 *
 * Two namespaces that look alike: 71/17 is a code (class 71, subclass 17) and
 * stands in the courts' list; 88A is a class of published recorded crime, in
 * which 71/17 is counted together with 88/1 and 88/2. They are never mixed up
 * here: a code always has two numbers, a class has a letter or stands alone.
 *
 * Reading is strict about what may follow a code. A column of dates, times or
 * amounts taken for the column of codes must not yield offences: 01/04/2018,
 * 2018-04-01, 10:30 and 1,250 are none.
 *
 * The lists are parsed once, from the bytes in the program into arrays of
 * fixed size; the list of codes is in order and is searched by halving.
 */
#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codes/codes.h"
#include "codes/list.h"

#define OFFENCES_MAX 4096
#define CLASSES_MAX 256
#define CODE_SIZE 8 /* of `out`, as codes.h promises */

struct offence {
    const char *code; /* "071/17" */
    const char *description;
    const char *recorded_class; /* "88A" or "" */
};

struct class_row {
    const char *code;
    const char *description;
};

static char offences_pool[768 * 1024];
static struct offence offences[OFFENCES_MAX];
static size_t n_offences;
static char classes_pool[32 * 1024];
static struct class_row classes[CLASSES_MAX];
static size_t n_classes;
static const char *problem;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

/* ---- the lists ---- */

static const struct class_row *find_class(const char *code)
{
    for (size_t i = 0; i < n_classes; i++) {
        if (strcmp(classes[i].code, code) == 0)
            return &classes[i];
    }
    return NULL;
}

static const char *load_classes(void)
{
    struct sc_list list;
    size_t code;
    size_t description;

    sc_list_open(&list, "recorded-crime-classes.csv", classes_pool, sizeof classes_pool);
    code = sc_list_column(&list, "class_code");
    description = sc_list_column(&list, "class_description");
    while (sc_list_next(&list)) {
        if (n_classes == CLASSES_MAX)
            return "recorded-crime-classes.csv has more rows than there is room for";
        if (!list.fields[code][0] || !list.fields[description][0])
            return "recorded-crime-classes.csv has a row without code or wording";
        if (find_class(list.fields[code]))
            return "recorded-crime-classes.csv has a class twice";
        classes[n_classes++] = (struct class_row){list.fields[code], list.fields[description]};
    }
    return sc_list_sound(&list) && n_classes ? NULL : "recorded-crime-classes.csv does not read";
}

static const char *check_offence(const struct offence *last, const struct offence *offence)
{
    char normal[CODE_SIZE];
    bool is_class = false;

    if (!sc_offence_code_normalise(sc_slice_of(offence->code), normal, &is_class) || is_class ||
        strcmp(normal, offence->code) != 0)
        return "offence-codes.csv has a code that is not of the form 071/17";
    if (last && strcmp(last->code, offence->code) >= 0)
        return "offence-codes.csv is not in order of code";
    if (!offence->description[0])
        return "offence-codes.csv has an offence without wording";
    if (offence->recorded_class[0] && !find_class(offence->recorded_class))
        return "offence-codes.csv names a class that recorded-crime-classes.csv has not";
    return NULL;
}

static const char *load_offences(void)
{
    struct sc_list list;
    const char *wrong = NULL;
    size_t code;
    size_t description;
    size_t recorded_class;

    sc_list_open(&list, "offence-codes.csv", offences_pool, sizeof offences_pool);
    code = sc_list_column(&list, "ho_code");
    description = sc_list_column(&list, "offence_description");
    recorded_class = sc_list_column(&list, "recorded_crime_class");
    while (!wrong && sc_list_next(&list)) {
        struct offence *offence = &offences[n_offences];

        if (n_offences == OFFENCES_MAX)
            return "offence-codes.csv has more rows than there is room for";
        *offence = (struct offence){list.fields[code], list.fields[description],
                                    list.fields[recorded_class]};
        wrong = check_offence(n_offences ? offence - 1 : NULL, offence);
        n_offences++;
    }
    if (!wrong && (!sc_list_sound(&list) || n_offences == 0))
        wrong = "offence-codes.csv does not read";
    return wrong;
}

static void load(void)
{
    problem = load_classes();
    if (!problem)
        problem = load_offences();
}

const char *sc_offences_problem(void)
{
    (void)pthread_once(&loaded, load);
    return problem;
}

static int by_code(const void *code, const void *offence)
{
    return strcmp(code, ((const struct offence *)offence)->code);
}

bool sc_offence_code_find(const char *code, const char **ret_description, const char **ret_class)
{
    const struct offence *found;

    if (sc_offences_problem())
        return false;
    found = bsearch(code, offences, n_offences, sizeof *offences, by_code);
    if (!found)
        return false;
    if (ret_description)
        *ret_description = found->description;
    if (ret_class)
        *ret_class = found->recorded_class;
    return true;
}

bool sc_offence_class_find(const char *code, const char **ret_description)
{
    const struct class_row *found = sc_offences_problem() ? NULL : find_class(code);

    if (found && ret_description)
        *ret_description = found->description;
    return found != NULL;
}

/* ---- codes as written ---- */

/* Takes digits as a number, `most` of them at most; 0 when there are none or more. */
static size_t take_digits(struct sc_slice *s, size_t most, unsigned *ret_value)
{
    unsigned value = 0;
    size_t n = 0;

    while (n < s->len && isdigit((unsigned char)s->data[n])) {
        if (n == most)
            return 0;
        value = value * 10 + (unsigned)(s->data[n++] - '0');
    }
    s->data += n;
    s->len -= n;
    *ret_value = value;
    return n;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool starts_with_digit(struct sc_slice s)
{
    return s.len && isdigit((unsigned char)s.data[0]);
}

static struct sc_slice skip_blanks(struct sc_slice s)
{
    while (s.len && is_blank(s.data[0])) {
        s.data++;
        s.len--;
    }
    return s;
}

/*
 * Whether `rest` may follow a code: nothing; or wording set off by a space, a
 * bracket, a dash or the like. Never punctuation and then a digit, and after a
 * number that stands alone no further number either.
 */
static bool may_follow(struct sc_slice rest, bool after_lone_number)
{
    bool blank = rest.len && is_blank(rest.data[0]);

    if (rest.len == 0)
        return true;
    if (blank) {
        rest = skip_blanks(rest);
        return !(after_lone_number && starts_with_digit(rest));
    }
    if (!strchr("(-:,;[", rest.data[0]) && (unsigned char)rest.data[0] < 0x80)
        return false;
    return rest.data[0] != '\0' &&
           !starts_with_digit((struct sc_slice){rest.data + 1, rest.len - 1});
}

/* The number after a slash, both possibly with spaces about; 0 when there is none. */
static size_t take_subclass(struct sc_slice *s, unsigned *ret_value)
{
    struct sc_slice rest = skip_blanks(*s);
    size_t n;

    if (rest.len == 0 || (rest.data[0] != '/' && rest.data[0] != '\\'))
        return 0;
    rest = skip_blanks((struct sc_slice){rest.data + 1, rest.len - 1});
    n = take_digits(&rest, 2, ret_value);
    if (n)
        *s = rest;
    return n;
}

/* ".0" at the very end: what a spreadsheet makes of a number. */
static struct sc_slice drop_point_zero(struct sc_slice s)
{
    return s.len == 2 && s.data[0] == '.' && s.data[1] == '0' ? (struct sc_slice){s.data + 2, 0}
                                                              : s;
}

static void write_code(unsigned class_number, unsigned subclass, char *out)
{
    (void)snprintf(out, CODE_SIZE, "%03u/%02u", class_number % 1000, subclass % 100);
}

/* What follows the 1 to 3 digits of a class: a letter ("88A"), a part ("37.2"), or neither. */
static bool read_class(unsigned number, struct sc_slice rest, char *out)
{
    unsigned part;

    rest = drop_point_zero(rest);
    if (rest.len && isalpha((unsigned char)rest.data[0])) {
        int letter = toupper((unsigned char)rest.data[0]);

        if (!may_follow((struct sc_slice){rest.data + 1, rest.len - 1}, false))
            return false;
        (void)snprintf(out, CODE_SIZE, "%u%c", number % 1000, letter);
        return true;
    }
    if (rest.len && rest.data[0] == '.') {
        rest = (struct sc_slice){rest.data + 1, rest.len - 1};
        if (rest.len == 0 || rest.data[0] == '0' || !take_digits(&rest, 2, &part) ||
            !may_follow(rest, false))
            return false;
        (void)snprintf(out, CODE_SIZE, "%u.%u", number % 1000, part % 100);
        return true;
    }
    if (!may_follow(rest, true))
        return false;
    (void)snprintf(out, CODE_SIZE, "%u", number % 1000);
    return true;
}

bool sc_offence_code_normalise(struct sc_slice written, char *out, bool *ret_is_class)
{
    struct sc_slice s = sc_slice_trim(written);
    unsigned number = 0;
    unsigned subclass = 0;
    size_t n = take_digits(&s, 5, &number);

    *ret_is_class = false;
    if (n == 0)
        return false;
    if (n <= 3 && take_subclass(&s, &subclass)) {
        if (!may_follow(s, false))
            return false;
        write_code(number, subclass, out);
        return true;
    }
    if (n > 3) { /* 07117, 7117: the last two digits are the subclass */
        if (!may_follow(drop_point_zero(s), true))
            return false;
        write_code(number / 100, number % 100, out);
        return true;
    }
    *ret_is_class = read_class(number, s, out);
    return *ret_is_class;
}
