/*
 * check.c - what real logs get wrong, found before anybody else finds it.
 *
 * Each rule is a function that looks at one answer and notes what it finds; the
 * sentence says what is there, what was expected and what to do. Rules look at what the
 * authority writes, never at the requester's words. With a built site, the pages' links
 * are followed (links.c) and every table file is compared with what answer.json says.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/error.h"
#include "base/file.h"
#include "codes/codes.h"
#include "config/form.h"
#include "register/releases.h"
#include "site/check.h"
#include "site/internal.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")
#define FILE_BYTES_MAX ((size_t)512 << 20)

struct checker {
    const struct sc_site_config *config;
    const char *out;
    struct sc_diagnostics *findings;
    bool nomem;
    const struct sc_site_version *version; /* the one looked at */
};

/* ---- noting ---- */

SC_PRINTF(2, 3) static void note(struct checker *checker, const char *fmt, ...)
{
    char text[900];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    checker->nomem |=
        sc_diagnostics_add(checker->findings, checker->config->path,
                           checker->version ? checker->version->line : 0, 1, "%s", text) != SC_OK;
}

/* What an answer is called in a finding. */
static const char *name_of(const struct sc_request *request)
{
    return request->publication[0] ? request->publication : request->reference;
}

/* ---- days ---- */

static void check_days(struct checker *checker, const struct sc_request *request)
{
    const char *name = name_of(request);
    int32_t published = checker->version->published;
    char a[32];
    char b[32];

    if (request->received == SC_DAY_NONE) {
        note(checker, "%s: no day of receipt: expected 'received' in the request", name);
        return;
    }
    (void)sc_day_format_long(request->received, a);
    if (published != SC_DAY_NONE && published < request->received)
        note(checker, "%s: published on %s, before it was received on %s: one of the days is wrong",
             name, sc_day_format_long(published, b), a);
    else if (published != SC_DAY_NONE && published == request->received)
        note(checker,
             "%s: published on the day it was received, %s: expected the day it went onto the log",
             name, a);
    if (request->answered != SC_DAY_NONE && request->answered < request->received)
        note(checker, "%s: answered on %s, before it was received on %s: one of the days is wrong",
             name, sc_day_format_long(request->answered, b), a);
    if (published != SC_DAY_NONE && request->answered != SC_DAY_NONE &&
        published >= request->received && published < request->answered)
        note(checker, "%s: published on %s, before it was answered: one of the days is wrong", name,
             sc_day_format_long(published, b));
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The length of a date at `s` that is not written "7 September 2021", or 0. */
static size_t odd_date(const char *s, bool after_digit)
{
    size_t n = 0;
    size_t groups = 0;
    char sign = 0;

    if (after_digit || !digit(s[0]))
        return 0;
    /* 7/9/2021, 07.09.21, 2021-09-07: three groups of digits with one sign between */
    for (;;) {
        size_t digits = strspn(s + n, "0123456789");

        if (digits == 0 || digits > 4)
            return 0;
        groups++;
        n += digits;
        if (groups == 3)
            return digit(s[n]) || s[n] == '/' ? 0 : n;
        if (!strchr("/.-", s[n]) || s[n] == '\0' || (sign && s[n] != sign))
            break;
        sign = s[n++];
    }
    /* 7th September, 1st of April */
    n = strspn(s, "0123456789");
    if (n <= 2 && (strncmp(s + n, "st ", 3) == 0 || strncmp(s + n, "nd ", 3) == 0 ||
                   strncmp(s + n, "rd ", 3) == 0 || strncmp(s + n, "th ", 3) == 0)) {
        const char *month = s + n + 3 + (strncmp(s + n + 3, "of ", 3) == 0 ? 3 : 0);

        for (int m = 1; m <= 12; m++)
            if (strncmp(month, sc_month_name(m), strlen(sc_month_name(m))) == 0)
                return (size_t)(month - s) + strlen(sc_month_name(m));
    }
    return 0;
}

static void check_date_words(struct checker *checker, const char *name, const char *what,
                             const char *text)
{
    for (const char *p = text; *p; p++) {
        size_t n = odd_date(p, p > text && (digit(p[-1]) || p[-1] == '/'));

        if (n) {
            note(checker,
                 "%s: %s has the date '%.*s': expected one form of date everywhere, as in "
                 "7 September 2021",
                 name, what, (int)n, p);
            return;
        }
    }
}

static void check_dates(struct checker *checker, const struct sc_publication *publication,
                        const struct sc_site_answer *answer)
{
    const struct sc_request *request = publication->request;
    const char *name = name_of(request);

    check_date_words(checker, name, "the title", request->title);
    check_date_words(checker, name, "the summary", answer->summary);
    check_date_words(checker, name, "the reason of the withdrawal", answer->withdrawn_reason);
    check_date_words(checker, name, "the reason of the correction", checker->version->reason);
    check_date_words(checker, name, "the policy's reason", publication->policy->reason);
    for (size_t i = 0; i < request->n_decisions; i++)
        check_date_words(checker, name, "what the decision covers", request->decisions[i].covers);
}

/* ---- periods ---- */

/* How many years, as the request counts them, the period touches. */
static int years_covered(const struct sc_period *period)
{
    struct sc_civil from = sc_civil_from_day(period->from);
    struct sc_civil to = sc_civil_from_day(period->to);

    if (!period->financial_year)
        return to.year - from.year + 1;
    return (to.month >= 4 ? to.year : to.year - 1) - (from.month >= 4 ? from.year : from.year - 1) +
           1;
}

/* "5 years", "five years": the number at `s`, or 0. */
static int years_said(const char *s)
{
    static const char *const words[] = {"",    "one",   "two",   "three", "four", "five",
                                        "six", "seven", "eight", "nine",  "ten"};
    int n = 0;
    size_t len = strspn(s, "0123456789");

    if (len > 0 && len < 3) {
        n = atoi(s);
    } else {
        for (int i = 1; i <= 10 && !n; i++)
            if (strncasecmp(s, words[i], strlen(words[i])) == 0 && s[strlen(words[i])] == ' ') {
                n = i;
                len = strlen(words[i]);
            }
    }
    if (!n)
        return 0;
    s += len + strspn(s + len, " ");
    if (strncmp(s, "financial ", 10) == 0)
        s += 10;
    if (strncmp(s, "calendar ", 9) == 0)
        s += 9;
    return strncmp(s, "year", 4) == 0 && strncmp(s, "year-old", 8) != 0 &&
                   strncmp(s, "years old", 9) != 0 && strncmp(s, "years of age", 12) != 0
               ? n
               : 0;
}

static void check_years_said(struct checker *checker, const struct sc_request *request,
                             const char *what, const char *text)
{
    int covered = years_covered(&request->period);
    char a[32];
    char b[32];

    for (const char *p = text; *p; p++) {
        bool begins = p == text || !(digit(p[-1]) || (p[-1] | 32) >= 'a');
        int said = begins ? years_said(p) : 0;

        if (!said || said == covered)
            continue;
        note(checker, "%s: %s says %d years, the figures cover %d: %s to %s", name_of(request),
             what, said, covered, sc_day_format_long(request->period.from, a),
             sc_day_format_long(request->period.to, b));
        return;
    }
}

/* The years named in a title, first and last, against those of the figures. */
static void check_years_named(struct checker *checker, const struct sc_request *request)
{
    int first = 9999;
    int last = 0;

    for (const char *p = request->title; *p; p++) {
        int year;

        if ((p > request->title && digit(p[-1])) || strspn(p, "0123456789") != 4)
            continue;
        year = atoi(p);
        if (year < 1950 || year > 2100)
            continue;
        first = year < first ? year : first;
        last = year > last ? year : last;
        /* 2018/19, 2018-19 */
        if ((p[4] == '/' || p[4] == '-') && strspn(p + 5, "0123456789") == 2 && year + 1 > last)
            last = year + 1;
    }
    if (last == 0)
        return;
    if (first != sc_civil_from_day(request->period.from).year ||
        (last != sc_civil_from_day(request->period.to).year &&
         last != first)) /* a single year names a beginning */
        note(checker, "%s: the title names %d to %d, the figures cover %d to %d", name_of(request),
             first, last, sc_civil_from_day(request->period.from).year,
             sc_civil_from_day(request->period.to).year);
}

static void check_period(struct checker *checker, const struct sc_publication *publication,
                         const struct sc_site_answer *answer)
{
    const struct sc_request *request = publication->request;

    if (publication->n_tables == 0 || request->period.from == SC_DAY_NONE ||
        request->period.to == SC_DAY_NONE)
        return;
    check_years_said(checker, request, "the title", request->title);
    check_years_said(checker, request, "the summary", answer->summary);
    check_years_named(checker, request);
}

/* ---- decisions ---- */

static bool is_section(const char *exemption, const char *section)
{
    size_t n = strlen(section);

    return strncmp(exemption, section, n) == 0 && (exemption[n] == '\0' || exemption[n] == '(');
}

static bool names(const struct sc_decision *decision, const char *section)
{
    for (size_t i = 0; i < decision->n_exemptions; i++)
        if (is_section(decision->exemptions[i], section))
            return true;
    return false;
}

static void check_exemptions(struct checker *checker, const struct sc_request *request,
                             const struct sc_decision *decision)
{
    for (size_t i = 0; i < decision->n_exemptions; i++) {
        const char *exemption = decision->exemptions[i];

        if (is_section(exemption, "17"))
            note(checker,
                 "%s: section %s is the refusal notice, not an exemption: expected the section "
                 "that the refusal rests on",
                 name_of(request), exemption);
        else if (!sc_exemption_known(exemption))
            note(checker, "%s: section %s is not an exemption that can be relied on",
                 name_of(request), exemption);
    }
}

/* Whether the decision's word agrees with its exemptions. */
static void check_decision(struct checker *checker, const struct sc_request *request,
                           const struct sc_decision *decision)
{
    const char *word = decision->decision;
    const char *name = name_of(request);
    bool any = decision->n_exemptions > 0;

    if (strcmp(word, "full") == 0 && any)
        note(checker,
             "%s: full disclosure, yet section %s is named: expected 'partial', or no "
             "exemption",
             name, decision->exemptions[0]);
    if (strcmp(word, "not-held") == 0 && any && !names(decision, "12"))
        note(checker,
             "%s: information not held, yet section %s is named: what is not held cannot "
             "be exempt",
             name, decision->exemptions[0]);
    if ((strcmp(word, "partial") == 0 || strcmp(word, "refused-exempt") == 0 ||
         strcmp(word, "ncnd") == 0) &&
        !any)
        note(checker, "%s: '%s' without an exemption: expected the section it rests on", name,
             word);
    if (strcmp(word, "refused-cost") == 0 && !names(decision, "12") && !names(decision, "14"))
        note(checker, "%s: refused on cost without section 12: expected 12(1) or 12(2)", name);
    if (strcmp(word, "available-elsewhere") == 0 && !names(decision, "21"))
        note(checker, "%s: available elsewhere without section 21", name);
    if (strcmp(word, "refused-exempt") == 0 && decision->n_exemptions == 1 && names(decision, "12"))
        note(checker,
             "%s: refused as exempt, yet section 12 is about cost: expected "
             "'refused-cost'",
             name);
    check_exemptions(checker, request, decision);
}

/* ---- the rest of an answer ---- */

static void check_keywords(struct checker *checker, const struct sc_request *request)
{
    static const char *const empty[] = {"not", "have", "two", "and", "the",
                                        "of",  "in",   "by",  "for", "2"};

    if (request->n_keywords == 0)
        note(checker, "%s: no keywords: nobody will find it by searching for a topic",
             name_of(request));
    for (size_t i = 0; i < request->n_keywords; i++)
        for (size_t k = 0; k < sizeof empty / sizeof *empty; k++)
            if (sc_slice_eq_nocase(sc_slice_of(request->keywords[i]), empty[k]))
                note(checker,
                     "%s: the keyword '%s' finds nothing: expected phrases that people "
                     "search for",
                     name_of(request), request->keywords[i]);
}

/* Whether the gate lets it through and its certificate holds. */
static void check_proof(struct checker *checker, const struct sc_site_source *source,
                        const struct sc_site_answer *answer)
{
    const struct sc_publication *publication = source->publication;
    const char *name = name_of(publication->request);
    struct sc_error err = {0};

    if (sc_publication_check(publication, &err))
        note(checker, "%s: %s: this may not be published", name, err.message);
    else if (!publication->publishable)
        note(checker, "%s: not publishable: no audit has proved it safe", name);
    else if (!answer->withdrawn && sc_site_source_prove(source, &err))
        note(checker, "%s: its proof does not hold: %.600s: this may not be published", name,
             err.message);
}

static void check_answer(struct checker *checker, const struct sc_site_source *source,
                         const struct sc_site_answer *answer)
{
    const struct sc_publication *publication = source->publication;
    const struct sc_request *request = publication->request;

    check_proof(checker, source, answer);
    check_days(checker, request);
    check_dates(checker, publication, answer);
    check_period(checker, publication, answer);
    check_keywords(checker, request);
    if (request->n_decisions == 0)
        note(checker, "%s: no decision: expected 'decisions' in the request", name_of(request));
    for (size_t i = 0; i < request->n_decisions; i++)
        check_decision(checker, request, &request->decisions[i]);
    if (answer->withdrawn && answer->withdrawn_on != SC_DAY_NONE &&
        checker->version->published != SC_DAY_NONE &&
        answer->withdrawn_on < checker->version->published)
        note(checker, "%s: withdrawn before it was published: one of the days is wrong",
             name_of(request));
}

/* ---- the built files of an answer ---- */

/* Every file of figures against what answer.json gives. */
static enum sc_status check_files(struct checker *checker, const struct sc_publication *publication,
                                  const char *slug, struct sc_error *err)
{
    SC_AUTO_OUTPUTS outputs = {0};
    enum sc_status status = sc_outputs_make(&outputs, publication, NULL, err);

    for (size_t i = 0; i < outputs.n && !status; i++) {
        const struct sc_output *output = &outputs.items[i];
        SC_AUTO_BUF name = {0};
        SC_AUTO_BUF bytes = {0};
        SC_AUTO_FREE char *path = NULL;

        if (output->file.kind == SC_FILE_LETTER || output->file.kind == SC_FILE_DATASET ||
            output->file.kind == SC_FILE_DATA_PACKAGE)
            continue; /* they name addresses */
        sc_buf_addf(&name, "answers/%s/%s", slug, output->name);
        path = name.failed ? NULL : sc_path_join(checker->out, name.data);
        if (!path)
            return sc_fail_nomem(err);
        if (sc_file_load(path, FILE_BYTES_MAX, &bytes, NULL))
            note(checker, "%s: the file is missing: build the site again", name.data);
        else if (bytes.len != output->bytes.len ||
                 memcmp(bytes.data, output->bytes.data, bytes.len) != 0)
            note(checker,
                 "%s: its figures are not those of answer.json: the file was changed "
                 "after it was built; build the site again",
                 name.data);
    }
    return status;
}

/* ---- the whole log ---- */

/* The wording has to say how to complain, whatever an officer made of it. */
static enum sc_status check_wording(struct checker *checker, struct sc_error *err)
{
    static const char *const fields[] = {"{days}", "{contact}", "{regulator}", "{url}"};
    SC_AUTO(sc_wording) wording = NULL;
    struct sc_diagnostics mistakes = {0};
    enum sc_status status = sc_wording_new(checker->config->language, checker->config->wording,
                                           &wording, &mistakes, err);

    sc_diagnostics_release(&mistakes);
    if (status)
        return status;
    checker->version = NULL;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!strstr(sc_word(wording, "text-review"), fields[i]))
            note(checker,
                 "the wording's text-review does not say %s: every answer has to say how "
                 "to ask for a review, and who the regulator is",
                 fields[i]);
    if (!checker->config->contact[0])
        note(checker, "no 'contact' in site.yaml: people are told to write to the disclosure team, "
                      "but not where");
    if (!checker->config->url[0])
        note(checker, "no 'url' in site.yaml: feeds and sitemap need the site's whole address");
    return SC_OK;
}

/* An answer seen before under the same number. */
struct seen {
    char **names;
    size_t n;
    size_t capacity;
};

static void check_number(struct checker *checker, struct seen *seen,
                         const struct sc_request *request)
{
    const char *name = name_of(request);

    if (name[0] == '\0') {
        note(checker, "an answer has neither a publication number nor a reference");
        return;
    }
    for (size_t i = 0; i < seen->n; i++)
        if (strcmp(seen->names[i], name) == 0)
            note(checker,
                 "%s: two answers have this number: expected one each, or two versions of "
                 "one answer",
                 name);
    if (sc_grow((void **)&seen->names, &seen->capacity, seen->n, sizeof *seen->names, NULL)) {
        checker->nomem = true;
        return;
    }
    seen->names[seen->n] = sc_strdup(name);
    checker->nomem |= !seen->names[seen->n];
    seen->n += seen->names[seen->n] != NULL;
}

/* *ret_source stays NULL, with a finding, where what the register holds is not what was recorded.
 */
static enum sc_status open_source(struct checker *checker, struct sc_site_source **ret_source,
                                  struct sc_error *err)
{
    struct sc_error why = {0};
    enum sc_status status =
        sc_site_source_open(checker->config, checker->version, ret_source, &why);

    if (status == SC_E_UNSAFE) {
        note(checker, "%s: %.700s", checker->version->folder, why.message);
        return SC_OK;
    }
    if (status && err)
        *err = why;
    return status;
}

/* Earlier versions stay on the log with their figures. */
static enum sc_status check_earlier(struct checker *checker, const struct sc_site_answer *answer,
                                    struct sc_error *err)
{
    for (size_t v = 0; v + 1 < answer->n_versions && !answer->withdrawn; v++) {
        SC_AUTO(sc_site_source) source = NULL;
        enum sc_status status;

        checker->version = &answer->versions[v];
        status = open_source(checker, &source, err);
        if (status)
            return status;
        if (source)
            check_proof(checker, source, answer);
    }
    return SC_OK;
}

static enum sc_status check_one(struct checker *checker, const struct sc_site_answer *answer,
                                struct seen *seen, struct sc_error *err)
{
    SC_AUTO_BUF slug = {0};
    SC_AUTO(sc_site_source) source = NULL;
    const struct sc_publication *publication;
    enum sc_status status;

    status = check_earlier(checker, answer, err);
    checker->version = &answer->versions[answer->n_versions - 1];
    if (!status)
        status = open_source(checker, &source, err);
    if (status || !source)
        return status;
    publication = source->publication;
    check_number(checker, seen, publication->request);
    check_answer(checker, source, answer);
    if (!checker->out || answer->withdrawn)
        return SC_OK;
    sc_site_slug(name_of(publication->request), &slug);
    if (slug.failed)
        return sc_fail_nomem(err);
    return check_files(checker, publication, BUF_TEXT(slug), err);
}

/* What the register says is what was recorded. */
static enum sc_status check_register(struct checker *checker, struct sc_error *err)
{
    struct sc_error why = {0};
    size_t n;
    enum sc_status status =
        checker->config->reg ? sc_releases_verify(checker->config->reg, &n, &why) : SC_OK;

    checker->version = NULL;
    if (status == SC_E_INPUT) {
        note(checker, "the register is not as it was recorded: %.700s", why.message);
        return SC_OK;
    }
    if (status)
        *err = why;
    return status;
}

enum sc_status sc_site_check(const struct sc_site_config *config, const char *out,
                             struct sc_diagnostics *findings, struct sc_error *err)
{
    struct checker checker = {.config = config, .out = out, .findings = findings};
    struct seen seen = {0};
    enum sc_status status = check_wording(&checker, err);

    if (!status)
        status = check_register(&checker, err);
    for (size_t i = 0; i < config->n_answers && !status; i++)
        status = check_one(&checker, &config->answers[i], &seen, err);
    for (size_t i = 0; i < seen.n; i++)
        sc_free(seen.names[i]);
    sc_free(seen.names);
    if (!status && out)
        status = sc_site_check_links(out, findings, err);
    if (!status && checker.nomem)
        status = sc_fail_nomem(err);
    return status;
}
