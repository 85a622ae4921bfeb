/*
 * test_release.c - reading published tables: formats, marks, totals, hierarchies,
 * several files, and every refusal with its place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/csv_small.h"
#include "files.h"
#include "system/reading.h"

#define OK(call) assert_int_equal((call), SC_OK)

static int tear_down(void **state)
{
    (void)state;
    files_clear();
    return 0;
}

static struct sc_release *read_one(const char *text, const char *hierarchy, bool complete)
{
    const char *file = file_with("table.csv", text);
    const char *tree = hierarchy ? file_with("tree.csv", hierarchy) : NULL;
    struct sc_release *release = NULL;
    struct sc_error err = {0};
    struct sc_release_options options = {.files = &file,
                                         .n_files = 1,
                                         .hierarchies = &tree,
                                         .n_hierarchies = hierarchy ? 1 : 0,
                                         .complete = complete};
    enum sc_status status = sc_release_read(&options, &release, &err);

    if (status)
        print_message("%s:%u:%u: %s\n", err.file, (unsigned)err.line, (unsigned)err.column,
                      err.message);
    assert_int_equal(status, SC_OK);
    return release;
}

/* The figure at the codes named so ("" or "Total" for a total). */
static struct sc_figure at(const struct sc_release *release, const char *a, const char *b)
{
    const char *names[2] = {a, b};
    uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX] = {0}, cell;

    for (uint32_t d = 0; d < sc_system_n_dimensions(release->system); d++)
        if (names[d] && *names[d]) {
            codes[d] = sc_system_find_code(release->system, d, sc_slice_of(names[d]));
            assert_int_not_equal(codes[d], SC_NONE);
        }
    cell = sc_system_find_cell(release->system, codes);
    assert_int_not_equal(cell, SC_NONE);
    return release->figures[cell];
}

static void refused(const char *text, const char *hierarchy, uint64_t line, uint64_t column,
                    const char *message)
{
    const char *file = file_with("table.csv", text);
    const char *tree = hierarchy ? file_with("tree.csv", hierarchy) : NULL;
    struct sc_release *release = NULL;
    struct sc_error err = {0};
    struct sc_release_options options = {
        .files = &file, .n_files = 1, .hierarchies = &tree, .n_hierarchies = hierarchy ? 1 : 0};

    assert_int_equal(sc_release_read(&options, &release, &err), SC_E_INPUT);
    assert_null(release);
    assert_string_equal(err.message, message);
    assert_int_equal(err.line, line);
    assert_int_equal(err.column, column);
    files_clear();
}

static void figures_and_marks(void **state)
{
    static const struct {
        const char *text;
        enum sc_figure_kind kind;
        int64_t value;
    } good[] = {
        {"12", SC_FIGURE_VALUE, 12},
        {" 1,234 ", SC_FIGURE_VALUE, 1234},
        {"12,345,678", SC_FIGURE_VALUE, 12345678},
        {"0", SC_FIGURE_VALUE, 0},
        {"*", SC_FIGURE_HIDDEN, 0},
        {"", SC_FIGURE_HIDDEN, 0},
        {"[C]", SC_FIGURE_HIDDEN, 0},
        {"z", SC_FIGURE_VOID, 0},
        {"k", SC_FIGURE_NONZERO, 0},
        {"<5", SC_FIGURE_SMALL, 4},
        {"< 10", SC_FIGURE_SMALL, 9},
        {"<=4", SC_FIGURE_SMALL, 4},
        {"Fewer than 5", SC_FIGURE_SMALL, 4},
        {"1-4", SC_FIGURE_SMALL, 4},
        {"1 to 4", SC_FIGURE_SMALL, 4},
        {"[<5]", SC_FIGURE_SMALL, 4},
    };
    static const char *const bad[] = {
        "1.5", "-3",  "1,23",  ",123", "12345,678", "about 3", "<", "1-", "1234567890123456",
        "<1",  "5 5", "1,2345"};
    const struct sc_mark own = {"x", SC_FIGURE_VOID, 0, 0};
    struct sc_figure figure = {0};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(sc_figure_parse(sc_slice_of(good[i].text), NULL, 0, &figure));
        assert_int_equal(figure.kind, good[i].kind);
        assert_int_equal(figure.value, good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sc_figure_parse(sc_slice_of(bad[i]), NULL, 0, &figure));
    assert_true(sc_figure_parse(sc_slice_of("X"), &own, 1, &figure));
    assert_int_equal(figure.kind, SC_FIGURE_VOID);
}

static void tidy_with_totals(void **state)
{
    SC_AUTO(sc_release)
    r = read_one("year,age,count\n2018,a,3\n2018,b,*\n2018,All,9\n"
                 "Total,a,5\nTotal,b,6\nTotal,all,11\n2019,a,2\n2019,b,\n"
                 "2019,Total,2\n",
                 NULL, false);

    (void)state;
    assert_int_equal(sc_system_n_cells(r->system), 9);
    assert_int_equal(sc_system_n_relations(r->system), 6);
    assert_int_equal(at(r, "2018", "").value, 9);
    assert_int_equal(at(r, "", "").value, 11);
    assert_int_equal(at(r, "2018", "b").kind, SC_FIGURE_HIDDEN);
    assert_int_equal(at(r, "2018", "b").line, 3);
    assert_int_equal(at(r, "2018", "b").column, 3);
}

static void wide(void **state)
{
    SC_AUTO(sc_release)
    r = read_one("method,Jan,Feb,Total\nemail,4,<5,5\nphone,6,7,13\n"
                 "Total,10,8,18\n",
                 NULL, false);

    (void)state;
    assert_int_equal(sc_system_n_cells(r->system), 9);
    assert_int_equal(sc_system_n_relations(r->system), 6);
    assert_int_equal(at(r, "email", "Feb").kind, SC_FIGURE_SMALL);
    assert_int_equal(at(r, "email", "Feb").column, 3);
    assert_int_equal(at(r, "", "").value, 18);
}

static void nested_columns(void **state)
{
    SC_AUTO(sc_release)
    r = read_one("year,month,count\n2018,2018-04,3\n2018,2018-05,4\n2018,Total,7\n"
                 "2019,2019-04,1\n2019,2019-05,1\n2019,Total,2\n"
                 "Total,Total,9\n",
                 NULL, false);
    uint32_t total = sc_system_find_cell(r->system, (uint32_t[]){0, 0});
    size_t n;

    (void)state;
    (void)sc_system_relations_of(r->system, total, &n);
    assert_true(n >= 1);
    assert_int_equal(at(r, "2018", "").value, 7);
}

static void inner_cells_are_completed(void **state)
{
    SC_AUTO(sc_release)
    r = read_one("month,age,count\nm1,a,3\nm1,b,4\nm2,a,1\nm2,b,0\nm3,a,2\nm3,b,2\n",
                 "dimension,code,parent\nmonth,All,\nmonth,q1,All\nmonth,m1,q1\nmonth,m2,q1\n"
                 "month,m3,All\nage,T,\nage,a,T\nage,b,T\nother,x,\n",
                 true);

    (void)state;
    assert_int_equal(sc_system_n_cells(r->system), 15);
    assert_int_equal(at(r, "q1", "").value, 8);
    assert_int_equal(at(r, "", "b").value, 6);
    assert_int_equal(at(r, "", "").value, 12);
    assert_string_equal(sc_system_code_name(r->system, 0, 0), "All");
}

static void two_files_are_linked(void **state)
{
    const char *files[2] = {
        file_with("a.csv",
                  "month,age,count\nm1,a,3\nm1,b,*\nm1,Total,9\nm2,a,1\nm2,b,2\nm2,Total,3\n"),
        file_with("b.csv", "Month,count\nm1,9\nm2,3\nTotal,12\n")};
    struct sc_release_options options = {.files = files, .n_files = 2};
    SC_AUTO(sc_release) r = NULL;

    (void)state;
    OK(sc_release_read(&options, &r, NULL));
    assert_int_equal(sc_system_n_dimensions(r->system), 2);
    assert_int_equal(r->n_repeats, 2);
    assert_int_equal(at(r, "", "").value, 12);
    assert_int_equal(at(r, "", "").file, 1);
}

static void bands_are_read_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        int32_t from, to;
    } good[] = {
        {"7", 7, 7},
        {"aged 12", 12, 12},
        {"13 to 15", 13, 15},
        {"13 \xE2\x80\x93 15 years old", 13, 15},
        {"Age 13-15", 13, 15},
        {"between 13 and 15", 13, 15},
        {"under 13", 0, 12},
        {"less than 13", 0, 12},
        {"12 and under", 0, 12},
        {"up to 12 years", 0, 12},
        {"16+", 16, SC_BAND_END},
        {"16 plus", 16, SC_BAND_END},
        {"16 or older", 16, SC_BAND_END},
        {"65 years and over", 65, SC_BAND_END},
        {"over 15", 16, SC_BAND_END},
    };
    static const char *const bad[] = {"unknown", "under 0", "between 13", "15-13", "a 7",
                                      "7 a",     "2018/19", "",           "over",  "adult"};
    int32_t from, to;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!sc_band_parse(sc_slice_of(good[i].text), &from, &to))
            print_message("%s\n", good[i].text);
        assert_true(sc_band_parse(sc_slice_of(good[i].text), &from, &to));
        assert_int_equal(from, good[i].from);
        assert_int_equal(to, good[i].to);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sc_band_parse(sc_slice_of(bad[i]), &from, &to));
}

static void periods_are_runs_of_months(void **state)
{
    static const struct {
        const char *text;
        bool dashes_are_months;
        int32_t from, n; /* 0: none */
    } cases[] = {
        {"2018", false, 12 * 2018, 12},
        {"2018/19", false, 12 * 2018 + 3, 12},
        {"2018/2019", false, 12 * 2018 + 3, 12},
        {"2018-2019", false, 12 * 2018 + 3, 12},
        {"2018-19", false, 12 * 2018 + 3, 12},
        {"2011-12", false, 0, 0}, /* December, or a year */
        {"2011-12", true, 12 * 2011 + 11, 1},
        {"2018-04", true, 12 * 2018 + 3, 1},
        {"April 2018", false, 12 * 2018 + 3, 1},
        {"Sep-18", false, 12 * 2018 + 8, 1},
        {"2018/20", false, 0, 0},
        {"Q1 2018", false, 0, 0},
        {"202021", false, 0, 0},
        {"May", false, 0, 0},
        {"unknown", false, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int32_t from = 0, to = -1;

        assert_int_equal(
            sc_period_parse(sc_slice_of(cases[i].text), cases[i].dashes_are_months, &from, &to),
            cases[i].n > 0);
        if (cases[i].n > 0) {
            assert_int_equal(from, cases[i].from);
            assert_int_equal(to - from + 1, cases[i].n);
        }
    }
}

static void overlapping_bands_are_refined(void **state)
{
    const char *files[2] = {
        file_with("a.csv", "age,count\n1-2,7\n3-4,9\nunknown,1\nTotal,17\n"),
        file_with("b.csv", "Age,count\naged 1,5\n2 to 3,5\n4 and over,6\nunknown,1\nTotal,17\n")};
    struct sc_release_options options = {.files = files, .n_files = 2};
    SC_AUTO(sc_release) r = NULL;

    (void)state;
    OK(sc_release_read(&options, &r, NULL));
    /* 1 | 2 | 3 | 4 | 5+: two new codes for 2 and 3, and 4 parted from 5+ */
    assert_int_not_equal(sc_system_find_code(r->system, 0, sc_slice_of("2")), SC_NONE);
    assert_int_not_equal(sc_system_find_code(r->system, 0, sc_slice_of("5+")), SC_NONE);
    assert_int_equal(
        r->figures[sc_system_find_cell(r->system, (uint32_t[]){sc_system_find_code(
                                                      r->system, 0, sc_slice_of("2"))})]
            .kind,
        SC_FIGURE_NONE);
    assert_int_equal(r->n_notes, 1);
}

static void two_hierarchies_may_share_their_total(void **state)
{
    const char *files[2] = {file_with("a.csv", "age,count\n1-2,7\n3-4,9\n"),
                            file_with("b.csv", "age,count\n1,5\n2-3,5\n4,6\n")};
    const char *trees[2] = {
        file_with("a.tree", "dimension,code,parent\nage,Total,\nage,1-2,Total\nage,3-4,Total\n"),
        file_with("b.tree",
                  "dimension,code,parent\nage,Total,\nage,1,Total\nage,2-3,Total\nage,4,Total\n")};
    struct sc_release_options options = {
        .files = files, .n_files = 2, .hierarchies = trees, .n_hierarchies = 2};
    SC_AUTO(sc_release) r = NULL;

    (void)state;
    OK(sc_release_read(&options, &r, NULL));
    /* two totals, three bands of two parts; and the runs 1 to 3 and 2 to 4 that nobody has */
    assert_int_equal(sc_system_n_splits(r->system), 7);
    for (size_t i = 0; i < 2; i++) {
        uint32_t run = sc_system_find_code(r->system, 0, sc_slice_of(i ? "2-4" : "1-3"));

        assert_int_not_equal(run, SC_NONE);
        assert_int_not_equal(sc_system_find_cell(r->system, &run), SC_NONE);
    }
}

static void a_table_to_be_protected_and_what_was_published_before(void **state)
{
    const char *table = file_with("now.csv", "month,age,count\nm1,1,7\nm1,2-3,6\nm2,1,9\n");
    const char *earlier = file_with("then.csv", "month,age,count\nm1,1-2,[c]\nm1,3,4\n"
                                                "m1,Total,13\nm1,1,8\n");
    struct sc_figure_place place = {1, 5, 3};
    struct sc_release_options options = {
        .files = &table, .n_files = 1, .earlier = &earlier, .n_earlier = 1, .complete = true};
    SC_AUTO(sc_release) r = NULL;
    SC_AUTO(sc_release) again = NULL;
    uint32_t codes[2], cell;

    (void)state;
    OK(sc_release_read(&options, &r, NULL));
    assert_int_equal(r->n_own, 8); /* three cells, and the margins: m1, m2, 1, 2-3, all */
    codes[0] = sc_system_find_code(r->system, 0, sc_slice_of("m1"));
    codes[1] = sc_system_find_code(r->system, 1, sc_slice_of("1"));
    cell = sc_system_find_cell(r->system, codes);
    assert_int_equal(r->figures[cell].value, 7);
    assert_int_equal(r->before[cell].value, 8);
    assert_int_equal(r->before[cell].line, 5);
    codes[1] = sc_system_find_code(r->system, 1, sc_slice_of("1-2"));
    cell = sc_system_find_cell(r->system, codes);
    assert_true(cell >= r->n_own && !sc_system_made(r->system, cell));
    assert_int_equal(r->figures[cell].kind, SC_FIGURE_NONE);
    assert_int_equal(r->before[cell].kind, SC_FIGURE_HIDDEN);
    codes[1] = SC_SYSTEM_TOTAL;
    cell = sc_system_find_cell(r->system, codes);
    assert_int_equal(r->figures[cell].value, 13);
    assert_int_equal(r->before[cell].value, 13);

    options.left_out = &place;
    options.n_left_out = 1;
    OK(sc_release_read(&options, &again, NULL));
    codes[1] = sc_system_find_code(again->system, 1, sc_slice_of("1"));
    assert_int_equal(again->before[sc_system_find_cell(again->system, codes)].kind, SC_FIGURE_NONE);
}

static void jj(void **state)
{
    static const char text[] =
        "0\n6\n0 10 10 s 0 99 0 0 0\n1 3 3 u 0 99 1 1 0\n2 7 7 m 0 99 0 0 0\n"
        "3 6 6 s 0 99 0 0 0\n4 4 4 s 0 99 0 0 0\n5 20 20 z 0 99 0 0 0\n"
        "2\n0 3 : 0 (-1) 1 (1) 2 (1)\n0.0 4 : 5 (1) 0 (-1) 3 (-1) 4 (-1)\n";
    SC_AUTO(sc_release) r = read_one(text, NULL, false);
    SC_AUTO(sc_release) full = read_one(text, NULL, true);

    (void)state;
    assert_int_equal(sc_system_n_cells(r->system), 6);
    assert_int_equal(sc_system_n_relations(r->system), 2);
    assert_int_equal(r->figures[1].kind, SC_FIGURE_HIDDEN);
    assert_int_equal(r->figures[2].kind, SC_FIGURE_HIDDEN);
    assert_int_equal(r->figures[5].value, 20);
    assert_int_equal(full->figures[2].value, 7);
    refused("0\n2\n0 1 1 s 0 9 0 0 0\n1 1 1 s 0 9 0 0 0\n1\n0 2 : 0 (1) 1 (2)\n", NULL, 6, 6,
            "a coefficient is neither 1 nor -1");
    refused("0\n2\n0 1 1 s 0 9 0 0 0\n1 1 1 s 0 9 0 0 0\n1\n0 2 : 0 (1) 7 (-1)\n", NULL, 6, 5,
            "no such cell");
}

static void refusals_name_the_place(void **state)
{
    (void)state;
    refused("age,count\na,3\nb,about 4\n", NULL, 3, 2,
            "the figure is neither a whole number nor a known mark");
    refused("age,count\na,3\na,4\n", NULL, 3, 2, "the same categories were on line 2 already");
    refused("age,count\na,3\nb\n", NULL, 3, 1, "row has 1 fields, expected 2");
    refused("age,count\na,\"3\n", NULL, 2, 2, "a quoted field never ends");
    refused("age,count\n", NULL, 1, 0, "expected a header and at least one row");
    refused("age,age,count\na,a,1\n", NULL, 1, 2,
            "two columns have the same name (of two lines of headings, make one: each column its "
            "own)");
    refused("age,what\na,b\n", NULL, 1, 2,
            "no column of figures: each must be a whole number or a known mark");
    refused("age,count\na,3\nb,4\n", "dimension,code,parent\nage,T,\nage,a,T\n", 3, 1,
            "the category is not in the hierarchy of dimension 'age'");
    refused("age,count\na,3\n", "dimension,code,parent\nage,T,\nage,a,q\n", 3, 3,
            "the parent is not listed as a code");
    refused("age,count\na,3\n", "dimension,code,parent\nage,a,T\n", 2, 1,
            "the dimension has no total: one code must have a blank parent");
    refused("age,count\na,3\n", "dimension,code,parent\nage,T,\nage,a,b\nage,b,a\n", 4, 2,
            "the code is listed twice, or is its own ancestor");
    refused("age,count\na,3\n", "dimension,code\nage,T\n", 1, 0, "no column is named 'parent'");
}

static void true_counts_must_add_up(void **state)
{
    const char *file = file_with("table.csv", "age,count\na,3\nb,4\nTotal,8\n");
    struct sc_release_options options = {.files = &file, .n_files = 1, .complete = true};
    struct sc_release *r = NULL;
    struct sc_error err = {0};

    (void)state;
    assert_int_equal(sc_release_read(&options, &r, &err), SC_E_INPUT);
    assert_int_equal(err.line, 4);
    assert_string_equal(err.message,
                        "the figures do not add up to this total, along dimension 'age'");
}

static void idle_labels_are_left_out(void **state)
{
    const char *file =
        file_with("table.csv", "period,level,region_code,region,town,count,percent\n"
                               "2025,National,,,,10,100\n2025,Regional,R1,North,,6,60\n"
                               "2025,Regional,R2,South,,4,40\n2025,Local,R1,North,A,*,*\n"
                               "2025,Local,R1,North,B,4,40\n2025,Local,R2,South,C,4,40\n");
    struct sc_release_options options = {.files = &file, .n_files = 1, .find_sums = true};
    SC_AUTO(sc_release) r = NULL;

    (void)state;
    OK(sc_release_read(&options, &r, NULL));
    assert_int_equal(sc_system_n_dimensions(r->system), 2);
    assert_string_equal(sc_system_dimension_name(r->system, 0), "region_code");
    assert_string_equal(sc_system_dimension_name(r->system, 1), "town");
}

static void the_shared_tables_read(void **state)
{
    const char *file = shared_file("data/tables/th-1.csv");
    const char *tree = shared_file("data/tables/th-1.hierarchy.csv");
    struct sc_release_options options = {
        .files = &file, .n_files = 1, .hierarchies = &tree, .n_hierarchies = 1, .complete = true};
    SC_AUTO(sc_release) r = NULL;

    (void)state;
    if (!file || !tree) {
        print_message("shared data are not here\n");
        skip();
    }
    OK(sc_release_read(&options, &r, NULL));
    assert_int_equal(sc_system_n_cells(r->system), 3276);
}

static void csv_edge_cases(void **state)
{
    static const char text[] = "\xEF\xBB\xBF"
                               "a,\"b \"\"x\"\", y\"\r\n\r\n\"two\nlines\",\n,last\rz";
    SC_AUTO(sc_csv) csv = NULL;
    SC_AUTO(sc_csv) bad = NULL;
    struct sc_error err = {0};

    (void)state;
    OK(sc_csv_parse("t", text, sizeof text - 1, &csv, NULL));
    assert_int_equal(sc_csv_n_rows(csv), 4);
    assert_string_equal(sc_csv_field(csv, 0, 1).data, "b \"x\", y");
    assert_string_equal(sc_csv_field(csv, 1, 0).data, "two\nlines");
    assert_int_equal(sc_csv_line(csv, 1), 3);
    assert_int_equal(sc_csv_line(csv, 2), 5);
    assert_int_equal(sc_csv_n_fields(csv, 1), 2);
    assert_int_equal(sc_csv_n_fields(csv, 3), 1);
    assert_int_equal(sc_csv_field(csv, 3, 9).len, 0);
    assert_int_equal(sc_csv_parse("t", "a,\"b\"c", 6, &bad, &err), SC_E_INPUT);
    assert_string_equal(err.message, "text after a closing quote");
    assert_int_equal(sc_csv_parse("t", "a\0b", 3, &bad, &err), SC_E_INPUT);
    OK(sc_csv_parse("t", "", 0, &bad, &err));
    assert_int_equal(sc_csv_n_rows(bad), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(figures_and_marks, tear_down),
        cmocka_unit_test_teardown(tidy_with_totals, tear_down),
        cmocka_unit_test_teardown(wide, tear_down),
        cmocka_unit_test_teardown(nested_columns, tear_down),
        cmocka_unit_test_teardown(inner_cells_are_completed, tear_down),
        cmocka_unit_test_teardown(two_files_are_linked, tear_down),
        cmocka_unit_test(bands_are_read_as_people_write_them),
        cmocka_unit_test(periods_are_runs_of_months),
        cmocka_unit_test_teardown(overlapping_bands_are_refined, tear_down),
        cmocka_unit_test_teardown(two_hierarchies_may_share_their_total, tear_down),
        cmocka_unit_test_teardown(a_table_to_be_protected_and_what_was_published_before, tear_down),
        cmocka_unit_test_teardown(jj, tear_down),
        cmocka_unit_test_teardown(refusals_name_the_place, tear_down),
        cmocka_unit_test_teardown(true_counts_must_add_up, tear_down),
        cmocka_unit_test_teardown(idle_labels_are_left_out, tear_down),
        cmocka_unit_test_teardown(the_shared_tables_read, tear_down),
        cmocka_unit_test_teardown(csv_edge_cases, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
