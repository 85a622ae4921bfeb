/*
 * test_store.c - a sample drawn, stored, loaded and labelled is what went in; and every
 * allocation on the way may fail without leak or damage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../register/register_files.h"
#include "base/fault.h"
#include "review/report.h"
#include "review/review.h"

#define OFFENCES 3000
#define OK(call) assert_int_equal((call), SC_OK)

static struct sc_dictionary_category terms[3] = {
    {.code = "snapchat", .label = "Snapchat"},
    {.code = "skype", .label = "Skype"},
    {.code = "text", .label = "Text", .fallback = true}};
static struct sc_dictionary dictionary = {
    .name = "Platforms", .version = "1", .categories = terms, .n_categories = 3};
static const struct sc_dictionary *const dictionaries[1] = {&dictionary};
static struct sc_request request = {.reference = "16040"};
static const struct sc_review_subject subject = {
    .request = &request, .dictionaries = dictionaries, .n_dictionaries = 1};
static struct sc_population_item items[OFFENCES];
static char extract[] = "hash\n";
static const struct sc_population population = {items, OFFENCES, extract};
static const struct sc_review_key key = {{1, 2, 3}, "check"};

static void fill_population(void)
{
    for (size_t i = 0; i < OFFENCES; i++)
        items[i] = (struct sc_population_item){i * 77, i,
                                               i % 7 == 0     ? 1
                                               : i % 31 == 0  ? 3
                                               : i % 500 == 1 ? 2
                                               : i % 3 == 0   ? 4
                                                              : 0};
}

static void assert_same(const struct sc_review *a, const struct sc_review *b)
{
    assert_int_equal(a->population, b->population);
    assert_int_equal(a->n_strata, b->n_strata);
    assert_int_equal(a->n_items, b->n_items);
    assert_string_equal(a->scope, b->scope);
    for (size_t h = 0; h < a->n_strata; h++) {
        assert_string_equal(a->strata[h].name, b->strata[h].name);
        assert_int_equal(a->strata[h].size, b->strata[h].size);
        assert_int_equal(a->strata[h].sample, b->strata[h].sample);
        assert_memory_equal(a->strata[h].found, b->strata[h].found, 3 * sizeof(uint64_t));
    }
    for (size_t i = 0; i < a->n_items; i++) {
        assert_int_equal(a->items[i].found, b->items[i].found);
        assert_int_equal(a->items[i].stratum, b->items[i].stratum);
        assert_memory_equal(a->items[i].key, b->items[i].key, SC_RECORD_KEY_BYTES);
    }
    for (size_t c = 0; c < 3; c++)
        assert_int_equal(a->categories[c].found, b->categories[c].found);
}

/* A whole small review: draw, store, load, label, take back, report. */
static enum sc_status go_through(const char *path, struct sc_error *err)
{
    SC_AUTO(sc_register) reg = NULL;
    SC_AUTO(sc_review) review = NULL;
    SC_AUTO(sc_review) loaded = NULL;
    SC_AUTO(sc_labels_list) labels = NULL;
    SC_AUTO(sc_review_report) report = NULL;
    const struct sc_review_wanted wanted = {.reference = "16040"};
    struct sc_label_given given[3] = {{0, false, 5}, {1, true, 0}, {2, false, 0}};
    size_t undone = 0;
    enum sc_status status =
        sc_review_draw(&subject, &population, 60, 4, &key, "d.yaml", &review, err);

    if (!status)
        status = sc_register_open(path, SC_DB_CREATE, &reg, err);
    if (!status)
        status = sc_review_store(reg, review, err);
    if (!status)
        status = sc_review_load(reg, &wanted, &loaded, err);
    if (!status)
        assert_same(review, loaded);
    if (!status)
        status = sc_labels_put(reg, loaded, "first", given, 3, err);
    if (!status)
        status = sc_labels_undo(reg, loaded, "first", &undone, err);
    if (!status)
        assert_int_equal(undone, 2);
    if (!status)
        status = sc_labels_load(reg, loaded, &labels, err);
    if (status)
        return status;
    assert_int_equal(labels->n_reviewers, 1);
    assert_int_equal(labels->reviewers[0].n_given, 1);
    assert_int_equal(labels->reviewers[0].n_skipped, 1);
    assert_int_equal(labels->reviewers[0].items[0].categories, 1); /* the fallback gave way */
    return sc_review_report_make(loaded, labels, NULL, &report, err);
}

static void what_goes_in_comes_out(void **state)
{
    struct sc_error err = {0};

    (void)state;
    fill_population();
    if (go_through("r", &err))
        fail_msg("%s", err.message);
}

static void every_allocation_may_fail(void **state)
{
    char path[32];
    size_t failed = 0;

    (void)state;
    fill_population();
    for (uint64_t n = 1;; n++) {
        struct sc_error err = {0};
        enum sc_status status;

        (void)snprintf(path, sizeof path, "r%u", (unsigned)n);
        sc_fault_set(SC_FAULT_ALLOC, n);
        status = go_through(path, &err);
        sc_fault_set(SC_FAULT_ALLOC, 0);
        (void)unlink(path);
        if (!status)
            break;
        assert_int_equal(status, SC_E_NOMEM);
        failed++;
    }
#ifdef SC_FAULT_INJECTION
    print_message("%zu allocations failed in turn\n", failed);
    assert_true(failed > 20);
#else
    assert_int_equal(failed, 0);
#endif
}

static void the_draw_keeps_to_its_strata(void **state)
{
    SC_AUTO(sc_review) a = NULL;
    SC_AUTO(sc_review) b = NULL;
    const struct sc_review_key other = {{9}, "other"};
    size_t in_stratum[8] = {0};

    (void)state;
    fill_population();
    OK(sc_review_draw(&subject, &population, 120, 4, &key, "d.yaml", &a, NULL));
    OK(sc_review_draw(&subject, &population, 120, 4, &other, "d.yaml", &b, NULL));
    assert_int_equal(a->n_items, 120);
    for (size_t i = 0; i < a->n_items; i++) {
        in_stratum[a->items[i].stratum]++;
        assert_int_equal(a->items[i].found, b->items[i].found); /* whatever the key */
        assert_memory_not_equal(a->items[i].key, b->items[i].key, SC_RECORD_KEY_BYTES);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(a->items[i].key, a->items[j].key, SC_RECORD_KEY_BYTES);
    }
    for (size_t h = 0; h < a->n_strata; h++) {
        assert_int_equal(in_stratum[h], a->strata[h].sample);
        assert_true(in_stratum[h] >= 2 || in_stratum[h] == a->strata[h].size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_goes_in_comes_out, enter_empty_folder, leave_folder),
        cmocka_unit_test_setup_teardown(every_allocation_may_fail, enter_empty_folder,
                                        leave_folder),
        cmocka_unit_test(the_draw_keeps_to_its_strata),
    };

    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
