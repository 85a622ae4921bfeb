/*
 * test_schema.c - answer.json and the internal JSON against docs/answer.schema.json.
 *
 * A validator for the part of JSON Schema that the schema uses; a keyword it does
 * not know fails the test, so that the schema cannot outgrow it in silence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "sample.h"

static json_t *schema;

static bool is_type(const json_t *value, const char *type)
{
    if (strcmp(type, "object") == 0)
        return json_is_object(value);
    if (strcmp(type, "array") == 0)
        return json_is_array(value);
    if (strcmp(type, "string") == 0)
        return json_is_string(value);
    if (strcmp(type, "integer") == 0)
        return json_is_integer(value);
    if (strcmp(type, "boolean") == 0)
        return json_is_boolean(value);
    return strcmp(type, "null") == 0 && json_is_null(value);
}

static bool among(const json_t *value, json_t *list)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        if (json_equal(value, item))
            return true;
    }
    return false;
}

static bool type_among(const json_t *value, json_t *list)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        if (is_type(value, json_string_value(item)))
            return true;
    }
    return false;
}

static bool valid(json_t *value, json_t *rule);

static bool valid_object(json_t *value, json_t *rule)
{
    json_t *properties = json_object_get(rule, "properties");
    json_t *others = json_object_get(rule, "additionalProperties");
    json_t *required = json_object_get(rule, "required");
    json_t *item;
    const char *key;
    size_t i;

    json_array_foreach(required, i, item)
    {
        if (!json_object_get(value, json_string_value(item)))
            return false;
    }
    json_object_foreach(value, key, item)
    {
        json_t *known = json_object_get(properties, key);

        if (known ? !valid(item, known)
                  : json_is_false(others) || (json_is_object(others) && !valid(item, others)))
            return false;
    }
    return true;
}

static bool valid_keyword(json_t *value, const char *key, json_t *arg)
{
    static const char *const elsewhere[] = {"$schema",   "title",    "description",
                                            "$defs",     "required", "additionalProperties",
                                            "properties"};
    json_t *item;
    size_t i;

    if (strcmp(key, "type") == 0)
        return json_is_array(arg) ? type_among(value, arg) : is_type(value, json_string_value(arg));
    if (strcmp(key, "const") == 0)
        return json_equal(value, arg);
    if (strcmp(key, "enum") == 0)
        return among(value, arg);
    if (strcmp(key, "minimum") == 0)
        return !json_is_integer(value) || json_integer_value(value) >= json_integer_value(arg);
    if (strcmp(key, "$ref") == 0)
        return valid(value, json_object_get(json_object_get(schema, "$defs"),
                                            json_string_value(arg) + strlen("#/$defs/")));
    if (strcmp(key, "items") == 0) {
        json_array_foreach(value, i, item)
        {
            if (!valid(item, arg))
                return false;
        }
        return true;
    }
    for (i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
        if (strcmp(key, elsewhere[i]) == 0)
            return true;
    fail_msg("the schema uses '%s', which this test does not know", key);
    return false;
}

static bool valid(json_t *value, json_t *rule)
{
    const char *key;
    json_t *arg;

    assert_true(json_is_object(rule));
    json_object_foreach(rule, key, arg)
    {
        if (!valid_keyword(value, key, arg))
            return false;
    }
    return !json_is_object(value) || valid_object(value, rule);
}

static int load_schema(void **state)
{
    (void)state;
    schema = json_load_file(SCHEMA_FILE, 0, NULL);
    return schema ? 0 : 1;
}

static int free_schema(void **state)
{
    (void)state;
    json_decref(schema);
    return 0;
}

static json_t *answer(void)
{
    struct sample s;
    SC_AUTO_BUF out = {0};
    json_t *root;

    sample_init(&s);
    sc_publish_json(&s.publication, &out);
    root = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);
    sample_release(&s);
    assert_non_null(root);
    return root;
}

static void an_answer_fits_the_schema(void **state)
{
    json_t *root = answer();

    (void)state;
    assert_true(valid(root, schema));
    assert_null(json_object_get(root, "internal"));
    assert_null(json_object_get(root, "fault_places"));
    json_decref(root);
}

static void true_counts_fit_it_too_and_say_that_they_are_internal(void **state)
{
    struct sample s;
    SC_AUTO_BUF out = {0};
    json_t *root;
    json_t *cell;
    size_t i;

    (void)state;
    sample_init(&s);
    sc_internal_counts_json(&s.request, &s.policy, s.publication.dictionaries, 1, &s.counts, "0",
                            &out);
    root = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    assert_true(valid(root, schema));
    assert_true(json_is_true(json_object_get(root, "internal")));
    assert_true(json_is_false(json_object_get(root, "publishable")));
    json_array_foreach(json_object_get(json_array_get(json_object_get(root, "tables"), 0), "cells"),
                       i, cell)
    {
        assert_null(json_object_get(cell, "status"));
        assert_true(json_is_integer(json_object_get(cell, "value")));
    }
    json_decref(root);
    sample_release(&s);
}

static void what_does_not_fit_is_noticed(void **state)
{
    json_t *root = answer();
    json_t *cell = json_array_get(
        json_object_get(json_array_get(json_object_get(root, "tables"), 0), "cells"), 0);

    (void)state;
    json_object_set_new(cell, "status", json_string("secret"));
    assert_false(valid(root, schema));
    json_object_set_new(cell, "status", json_string("published"));
    assert_true(valid(root, schema));
    json_object_set_new(root, "narrative", json_string("x"));
    assert_false(valid(root, schema));
    json_object_del(root, "narrative");
    json_object_del(json_object_get(json_object_get(root, "accounting"), "faulty"), "no_id");
    assert_false(valid(root, schema));
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_fits_the_schema),
        cmocka_unit_test(true_counts_fit_it_too_and_say_that_they_are_internal),
        cmocka_unit_test(what_does_not_fit_is_noticed),
    };

    return cmocka_run_group_tests(tests, load_schema, free_schema);
}
