/*
 * sample.c - invented offences, drawn from a fixed linear congruential sequence
 * and counted cell by cell.
 */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"

#define N_MONTHS 36
#define N_YEARS 3

static uint32_t sequence;

/* 0 to n - 1 */
static uint32_t draw(uint32_t n)
{
    sequence = sequence * 1664525U + 1013904223U;
    return (sequence >> 8) % n;
}

static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

static struct sc_category *categories(struct sample *s, const char *const (*pairs)[2], size_t n)
{
    struct sc_category *made = must(sc_arena_alloc(&s->arena, n * sizeof *made));

    for (size_t i = 0; i < n; i++)
        made[i] = (struct sc_category){pairs[i][0], pairs[i][1], -1};
    return made;
}

#define LIST(...)                                                                                  \
    (const char *const[][2])                                                                       \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

static struct sc_dimension years(struct sample *s)
{
    return (struct sc_dimension){
        "year",
        "Financial year",
        categories(s, LIST({"2018/19", "2018/19"}, {"2019/20", "2019/20"}, {"2020/21", "2020/21"}),
                   N_YEARS),
        N_YEARS,
        -1,
        false};
}

static struct sc_dimension months(struct sample *s)
{
    struct sc_category *made = must(sc_arena_alloc(&s->arena, N_MONTHS * sizeof *made));

    for (int i = 0; i < N_MONTHS; i++) {
        int year = 2018 + (i + 3) / 12;
        int month = (i + 3) % 12 + 1;
        char text[64];

        (void)snprintf(text, sizeof text, "%04d-%02d", year, month);
        made[i].code = must(sc_arena_strdup(&s->arena, text));
        (void)snprintf(text, sizeof text, "%s %d", sc_month_name(month), year);
        made[i].label = must(sc_arena_strdup(&s->arena, text));
        made[i].parent = i / 12;
    }
    return (struct sc_dimension){"month", "Month", made, N_MONTHS, 0, false};
}

static struct sc_dimension victim_ages(struct sample *s)
{
    return (struct sc_dimension){
        "victim_age",
        "Age of victim",
        categories(s,
                   LIST({"0-11", "11 and under"}, {"12-15", "12 to 15"}, {"16+", "16 and over"},
                        {"unknown", "Not recorded / unknown"}),
                   4),
        4,
        -1,
        false};
}

static struct sc_dimension suspect_ages(struct sample *s)
{
    return (struct sc_dimension){
        "suspect_age",
        "Age of suspect",
        categories(s,
                   LIST({"10-17", "10 to 17"}, {"18-24", "18 to 24"}, {"25-39", "25 to 39"},
                        {"40+", "40 and over"}, {"unknown", "Not recorded / unknown"}),
                   5),
        5,
        -1,
        false};
}

static struct sc_dimension methods(struct sample *s)
{
    return (struct sc_dimension){
        "method",
        "Method of communication",
        categories(s,
                   LIST({"snapchat", "Snapchat"}, {"instagram", "Instagram"},
                        {"facebook", "Facebook and Messenger"}, {"whatsapp", "WhatsApp"},
                        {"tiktok", "TikTok"}, {"kik", "Kik"},
                        {"message", "Message (platform not stated)"}, {"none", "None found"}),
                   8),
        8,
        -1,
        true};
}

static struct sc_dimension outcomes(struct sample *s)
{
    return (struct sc_dimension){
        "outcome",
        "Outcome",
        categories(
            s,
            LIST({"0", "Not yet assigned an outcome"}, {"1", "Charged or summonsed"},
                 {"1A", "Charged or summonsed for an alternate offence"}, {"2", "Caution - youth"},
                 {"3", "Caution - adult"}, {"8", "Community resolution"},
                 {"14", "Evidential difficulties - suspect not identified, victim does not support "
                        "action"},
                 {"15", "Evidential difficulties - suspect identified, victim supports action"},
                 {"16", "Evidential difficulties - suspect identified, victim does not support "
                        "action"},
                 {"18", "Investigation complete - no suspect identified"},
                 {"20", "Responsibility transferred to another body"},
                 {"unknown", "Not recorded / unknown"}),
            12),
        12,
        -1,
        false};
}

static struct sc_dimension sexes(struct sample *s)
{
    return (struct sc_dimension){
        "victim_sex",
        "Sex of victim",
        categories(s, LIST({"F", "Female"}, {"M", "Male"}, {"unknown", "Not recorded / unknown"}),
                   3),
        3,
        -1,
        false};
}

static void make_table(struct sample *s, size_t t, const char *id, const char *question,
                       enum sc_unit unit, const struct sc_dimension *dimensions, size_t n,
                       size_t n_rows)
{
    struct sc_table *table = &s->counts.tables[t];
    size_t at[SC_DIMENSIONS_MAX] = {0};

    *table = (struct sc_table){.id = id,
                               .title = "",
                               .question = question,
                               .unit = unit,
                               .n_dimensions = n,
                               .n_rows_dimensions = n_rows,
                               .n_cells = 1};
    table->dimensions = must(sc_arena_alloc(&s->arena, n * sizeof *table->dimensions));
    memcpy(table->dimensions, dimensions, n * sizeof *dimensions);
    for (size_t d = 0; d < n; d++)
        table->n_cells *= dimensions[d].n_categories + 1;
    table->cells = must(sc_arena_alloc(&s->arena, table->n_cells * sizeof *table->cells));
    if (n < 2 || dimensions[1].nested_in != 0)
        return;
    do {
        if (at[0] < N_YEARS && at[1] < N_MONTHS && at[1] / 12 != at[0])
            sc_table_cell(table, at)->status = SC_CELL_VOID;
    } while (sc_table_next(table, at));
}

/* Counts one thing, in the cell of each combination of its category and the total. */
static void add(struct sc_table *table, const size_t *positions)
{
    for (unsigned set = 0; set < 1U << table->n_dimensions; set++) {
        size_t at[SC_DIMENSIONS_MAX];

        for (size_t d = 0; d < table->n_dimensions; d++)
            at[d] = set >> d & 1 ? table->dimensions[d].n_categories : positions[d];
        sc_table_cell(table, at)->count++;
    }
}

/* Counts one thing in several categories of the last dimension, and once in the total. */
static void add_several(struct sc_table *table, size_t year, size_t month, unsigned set)
{
    size_t last = table->dimensions[2].n_categories;

    for (size_t c = 0; c <= last; c++) {
        if (c < last && !(set >> c & 1))
            continue;
        for (unsigned i = 0; i < 4; i++) {
            size_t at[3] = {i & 1 ? N_YEARS : year, i & 2 ? N_MONTHS : month, c};

            sc_table_cell(table, at)->count++;
        }
    }
}

/* A category drawn with the given weights. */
static size_t pick(const unsigned *weights, size_t n)
{
    unsigned sum = 0;
    unsigned at;

    for (size_t i = 0; i < n; i++)
        sum += weights[i];
    at = draw(sum);
    for (size_t i = 0; i + 1 < n; i++) {
        if (at < weights[i])
            return i;
        at -= weights[i];
    }
    return n - 1;
}

static unsigned draw_methods(void)
{
    static const unsigned weights[] = {30, 22, 20, 13, 4, 1};
    unsigned set = 0;

    if (draw(100) < 22)
        return 1U << 7;
    if (draw(100) < 12)
        return 1U << 6;
    set |= 1U << pick(weights, 6);
    if (draw(100) < 20)
        set |= 1U << pick(weights, 6);
    return set;
}

static void draw_offence(struct sc_table *tables, size_t month)
{
    static const unsigned victim_weights[] = {150, 820, 12, 18};
    static const unsigned suspect_weights[] = {27, 31, 25, 14, 3};
    static const unsigned outcome_weights[] = {55, 115, 8, 4, 6, 9, 60, 175, 215, 240, 46, 3};
    static const unsigned sex_weights[] = {82, 15, 3};
    size_t year = month / 12;
    size_t age = pick(victim_weights, 4);

    add(&tables[0], (size_t[]){year, month});
    add(&tables[1], (size_t[]){year, age});
    if (draw(100) < 64)
        add(&tables[2], (size_t[]){year, pick(suspect_weights, 5)});
    add_several(&tables[3], year, month, draw_methods());
    add(&tables[4], (size_t[]){year, month, pick(outcome_weights, 12)});
    add(&tables[5], (size_t[]){pick(sex_weights, 3), age});
}

static const char *const notes_offences[] = {
    "Counts of offences. Each offence is counted once, however many victims and suspects it has."};
static const char *const notes_methods[] = {
    "Counts of offences. Each offence is counted once, however many victims and suspects it has.",
    "Found by a search for key words in the free text of each record. One offence can name several "
    "methods, so the columns do not add up to the total."};
static const char *const notes_victims[] = {
    "Counts of victims. Each person is counted once, in their earliest counted offence."};

static void make_tables(struct sample *s)
{
    struct sc_dimension year = years(s);
    struct sc_dimension month = months(s);

    s->counts.n_tables = SAMPLE_TABLES;
    s->counts.tables = must(sc_arena_alloc(&s->arena, SAMPLE_TABLES * sizeof *s->counts.tables));
    make_table(s, 0, "month", "1", SC_UNIT_OFFENCES, (struct sc_dimension[]){year, month}, 2, 2);
    make_table(s, 1, "victim-age", "1", SC_UNIT_VICTIMS,
               (struct sc_dimension[]){year, victim_ages(s)}, 2, 1);
    make_table(s, 2, "suspect-age", "1", SC_UNIT_SUSPECTS,
               (struct sc_dimension[]){year, suspect_ages(s)}, 2, 1);
    make_table(s, 3, "method", "2", SC_UNIT_OFFENCES,
               (struct sc_dimension[]){year, month, methods(s)}, 3, 2);
    make_table(s, 4, "outcome", "3", SC_UNIT_OFFENCES,
               (struct sc_dimension[]){year, month, outcomes(s)}, 3, 2);
    make_table(s, 5, "sex", "1", SC_UNIT_VICTIMS, (struct sc_dimension[]){sexes(s), victim_ages(s)},
               2, 2);
    for (size_t t = 0; t < SAMPLE_TABLES; t++) {
        struct sc_table *table = &s->counts.tables[t];
        bool methods_too = t == 3;
        bool victims = table->unit == SC_UNIT_VICTIMS;

        table->n_notes = t == 2 ? 0 : methods_too ? 2 : 1;
        table->notes = must(sc_arena_alloc(&s->arena, 2 * sizeof *table->notes));
        for (size_t i = 0; i < table->n_notes; i++)
            table->notes[i] = methods_too ? notes_methods[i]
                              : victims   ? notes_victims[i]
                                          : notes_offences[i];
    }
    for (size_t m = 0; m < N_MONTHS; m++) {
        size_t n = 32 + m / 12 * 6 + draw(13);

        for (size_t i = 0; i < n; i++)
            draw_offence(s->counts.tables, m);
    }
}

static struct sc_table_wanted wanted_method[] = {{.id = "method", .dictionary = "platforms.yaml"}};
static struct sc_question questions[] = {
    {"1", "The number of offences recorded, with ages of victims and suspects, by month and year.",
     NULL, 0},
    {"2", "The method of communication used, such as the platform or app, by month and year.",
     wanted_method, 1},
    {"3", "The outcome of each offence.", NULL, 0},
};
static struct sc_offence_wanted offences[] = {{"71/17", "071/17", false}};
static const char *keywords[] = {"Sexual communication with a child", "Section 15A",
                                 "Online offences", "Age of victims", "Outcomes"};
static const char *exemptions[] = {"40(2)", "44(1)"};
static struct sc_decision decisions[] = {
    {"all", "partial", exemptions, 2, "Figures from which a person could be identified"}};

static const char words[] =
    "Please provide, for offences of sexual communication with a child recorded from April 2018 to "
    "March 2021:\n\n1. The number of offences recorded, with ages of victims and suspects, by "
    "month and year.\n2. The method of communication used, such as the platform or app, by month "
    "and year.\n3. The outcome of each offence.\n";

static void make_request(struct sample *s)
{
    s->request = (struct sc_request){
        .path = "request.yaml",
        .reference = "16040",
        .publication = "PUB 1254",
        .title = "Sexual communication with a child: offences recorded, April 2018 to March 2021",
        .keywords = keywords,
        .n_keywords = 5,
        .received = sc_day_from_civil((struct sc_civil){2021, 9, 7}),
        .as_at = sc_day_from_civil((struct sc_civil){2021, 9, 7}),
        .answered = SC_DAY_NONE,
        .organisation = "Example Constabulary",
        .words = words,
        .extract = "extract.yaml",
        .period = {sc_day_from_civil((struct sc_civil){2018, 4, 1}),
                   sc_day_from_civil((struct sc_civil){2021, 3, 31}), SC_DATE_RECORDED, true},
        .offences = offences,
        .n_offences = 1,
        .questions = questions,
        .n_questions = 3,
        .decisions = decisions,
        .n_decisions = 1,
    };
    s->policy = (struct sc_policy){.threshold = 5, .marker = "[c]", .reason = ""};
}

static struct sc_finding findings[] = {
    {"committed_before_law",
     "Offences under 71/17 committed before 3 April 2017, when it became "
     "an offence",
     3},
    {"victim_16_or_over", "Victims aged 16 or over, though the offence is against a child under 16",
     17},
};
static const char hash_a[] = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
static const char hash_b[] = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";
static struct sc_input_file inputs[] = {
    {"records.csv", "extract", 48211930, "99aa06d3014798d86001c324468d497f", "xxh128"},
    {"request.yaml", "request", 1207, hash_a, "sha256"},
    {"extract.yaml", "source", 812, hash_b, "sha256"},
    {"platforms.yaml", "dictionary", 2310, hash_a, "sha256"},
};
static struct sc_fault_place places[] = {{SC_FAULTY_BAD_DATE, 0, 4711, "Date recorded"}};

static const char *snapchat[] = {"snapchat", "snap chat"};
static const char *instagram[] = {"instagram", "insta"};
static const char *message[] = {"message", "messages", "text", "texts"};
static struct sc_dictionary_category dictionary_categories[] = {
    {.code = "snapchat", .label = "Snapchat", .fallback = false, .terms = snapchat, .n_terms = 2},
    {.code = "instagram",
     .label = "Instagram",
     .fallback = false,
     .terms = instagram,
     .n_terms = 2},
    {.code = "message",
     .label = "Message (platform not stated)",
     .fallback = true,
     .terms = message,
     .n_terms = 4},
};
static struct sc_dictionary dictionary = {
    .path = "platforms.yaml",
    .name = "Online platforms",
    .version = "1.0",
    .categories = dictionary_categories,
    .n_categories = 3,
    .sha256 = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"};

void sample_publish(struct sample *s)
{
    static const struct sc_dictionary *dictionaries[1];

    sc_answer_free(s->answer);
    s->answer = NULL;
    s->job = (struct sc_job){.policy = &s->policy, .request = &s->request};
    if (sc_answer_make(&s->job, &s->counts, &s->answer, NULL) != SC_OK)
        abort();
    dictionaries[0] = s->dictionary;
    s->publication = (struct sc_publication){
        .request = &s->request,
        .policy = &s->policy,
        .dictionaries = dictionaries,
        .n_dictionaries = s->dictionary ? 1 : 0,
        .rows_are_links = true,
        .tables = s->answer->tables,
        .n_tables = s->answer->n_tables,
        .accounting = s->answer->accounting,
        .withheld = s->answer->withheld,
        .findings = s->answer->findings,
        .n_findings = s->answer->n_findings,
        .inputs = s->counts.inputs,
        .n_inputs = s->counts.n_inputs,
        .publishable = s->answer->publishable,
        .reasons = s->answer->reasons,
        .n_reasons = s->answer->n_reasons,
        .version = "0.1.0",
    };
}

void sample_init(struct sample *s)
{
    memset(s, 0, sizeof *s);
    sequence = 20210907;
    make_request(s);
    s->dictionary = &dictionary;
    make_tables(s);
    s->counts.accounting = (struct sc_accounting){
        .read = 214377, .counted = 2150, .excluded = {1204, 209644, 1187, 162}};
    s->counts.accounting.faulty[SC_FAULTY_FIELD_COUNT] = 3;
    s->counts.accounting.faulty[SC_FAULTY_BAD_DATE] = 22;
    s->counts.accounting.faulty[SC_FAULTY_BAD_AGE] = 5;
    s->counts.findings = findings;
    s->counts.n_findings = 2;
    s->counts.inputs = inputs;
    s->counts.n_inputs = 4;
    s->counts.fault_places = places;
    s->counts.n_fault_places = 1;
    sample_publish(s);
}

void sample_release(struct sample *s)
{
    sc_answer_free(s->answer);
    sc_arena_release(&s->arena);
}

static const char *const naughty[SAMPLE_NAUGHTY] = {
    "</title><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style><style>*{display:none}",
    "--><!-- <b>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1",
    "@SUM(A1:A9)",
    "\t=1",
    "\r\n=1",
    "a,b\"c\r\nd;e",
    "\x01\x1b[31m\x7f",
    "caf\xe9 \xff",
    "\xe2\x80\xae\xe2\x81\xa6rtl",
    "%s%n%s",
    "",
    "undefined",
    "\xef\xbf\xbe\xf4\x8f\xbf\xbf",
};

void sample_poison(struct sample *s, size_t i)
{
    static struct sc_question poisoned[3];
    static struct sc_decision decision;
    static struct sc_finding finding;
    static struct sc_input_file input;
    static const char *list[1];
    struct sc_request *r = &s->request;
    const char *text = naughty[i % SAMPLE_NAUGHTY];

    list[0] = text;
    r->reference = r->publication = r->title = r->organisation = r->words = text;
    r->keywords = list;
    r->n_keywords = 1;
    for (size_t q = 0; q < r->n_questions; q++) {
        poisoned[q] = r->questions[q];
        poisoned[q].text = text;
    }
    r->questions = poisoned;
    decision = (struct sc_decision){"all", text, list, 1, text};
    r->decisions = &decision;
    s->policy.reason = text;
    for (size_t t = 0; t < s->counts.n_tables; t++) {
        struct sc_table *table = &s->counts.tables[t];

        table->title = text;
        for (size_t n = 0; n < table->n_notes; n++)
            table->notes[n] = text;
        for (size_t d = 0; d < table->n_dimensions; d++) {
            table->dimensions[d].label = text;
            table->dimensions[d].categories[0].label = text;
            table->dimensions[d].categories[0].code = text;
        }
    }
    finding = (struct sc_finding){text, text, 9};
    s->counts.findings = &finding;
    s->counts.n_findings = 1;
    input = (struct sc_input_file){text, "extract", 1, "00", "xxh128"};
    s->counts.inputs = &input;
    s->counts.n_inputs = 1;
    sample_publish(s);
}
