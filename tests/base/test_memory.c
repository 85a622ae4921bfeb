/* test_memory.c - allocation, growing arrays and arenas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdalign.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"

static void memory_is_zeroed_and_sizes_cannot_overflow(void **state)
{
    unsigned char *p = sc_alloc(300);
    void *none = sc_alloc(0);

    (void)state;
    assert_non_null(p);
    assert_non_null(none);
    for (int i = 0; i < 300; i++)
        assert_int_equal(p[i], 0);
    assert_null(sc_alloc_array(SIZE_MAX / 2, 3));
    assert_null(sc_realloc_array(p, SIZE_MAX / 2, 3));
    sc_free(p);
    sc_free(none);
    sc_free(NULL);
}

static void arrays_grow_and_keep_what_they_hold(void **state)
{
    int *items = NULL;
    size_t capacity = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(sc_grow((void **)&items, &capacity, (size_t)i, sizeof *items, NULL),
                         SC_OK);
        items[i] = i;
    }
    assert_true(capacity >= 1000 && capacity < 2048);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    sc_free(items);
}

static void copies_are_ended(void **state)
{
    char *part = sc_strndup("narrative", 4);
    char *whole = sc_strdup("");

    (void)state;
    assert_string_equal(part, "narr");
    assert_string_equal(whole, "");
    sc_free(part);
    sc_free(whole);
}

static void take_leaves_nothing_behind(void **state)
{
    SC_AUTO_FREE char *local = sc_strdup("x");
    SC_AUTO_FREE char *taken = SC_TAKE(local);

    (void)state;
    assert_null(local);
    assert_string_equal(taken, "x");
}

static void arena_pieces_are_zeroed_aligned_and_apart(void **state)
{
    enum { n = 400 };
    struct sc_arena arena = {0};
    unsigned char *pieces[n];

    (void)state;
    for (int round = 0; round < 2; round++) { /* usable again after release */
        for (size_t i = 0; i < n; i++) {
            size_t len = i * 7 % 300;

            pieces[i] = sc_arena_alloc(&arena, len);
            assert_non_null(pieces[i]);
            assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
            for (size_t b = 0; b < len; b++) {
                assert_int_equal(pieces[i][b], 0);
                pieces[i][b] = (unsigned char)i;
            }
        }
        for (size_t i = 0; i < n; i++) {
            for (size_t b = 0; b < i * 7 % 300; b++)
                assert_int_equal(pieces[i][b], (unsigned char)i);
        }
        sc_arena_release(&arena);
        assert_null(arena.first);
    }
    sc_arena_release(&arena);
}

static void arenas_take_large_pieces_and_refuse_impossible_ones(void **state)
{
    struct sc_arena arena = {0};
    char *large = sc_arena_alloc(&arena, (size_t)1 << 20);
    char *text;

    (void)state;
    assert_non_null(large);
    large[((size_t)1 << 20) - 1] = 'x';
    assert_null(sc_arena_alloc(&arena, SIZE_MAX));
    text = sc_arena_strndup(&arena, "offence", 3);
    assert_string_equal(text, "off");
    assert_string_equal(sc_arena_strdup(&arena, "band"), "band");
    sc_arena_release(&arena);
}

#ifdef SC_FAULT_INJECTION
static void the_chosen_request_fails_once(void **state)
{
    struct sc_error err = {0};
    void *items = NULL;
    size_t capacity = 0;
    void *p;

    (void)state;
    sc_fault_set(SC_FAULT_ALLOC, 2);
    p = sc_alloc(1);
    assert_non_null(p);
    assert_null(sc_alloc(1));
    assert_int_equal(sc_fault_passed(SC_FAULT_ALLOC), 2);
    assert_int_equal(sc_grow(&items, &capacity, 0, 8, &err), SC_OK);
    sc_fault_set(SC_FAULT_ALLOC, 1);
    assert_int_equal(sc_grow(&items, &capacity, capacity, 8, &err), SC_E_NOMEM);
    assert_int_equal(capacity, 8); /* left as it was */
    sc_fault_set(SC_FAULT_ALLOC, 0);
    sc_free(items);
    sc_free(p);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_sizes_cannot_overflow),
        cmocka_unit_test(arrays_grow_and_keep_what_they_hold),
        cmocka_unit_test(copies_are_ended),
        cmocka_unit_test(take_leaves_nothing_behind),
        cmocka_unit_test(arena_pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(arenas_take_large_pieces_and_refuse_impossible_ones),
#ifdef SC_FAULT_INJECTION
        cmocka_unit_test(the_chosen_request_fails_once),
#endif
    };

    return cmocka_run_group_tests_name("base/memory", tests, NULL, NULL);
}
