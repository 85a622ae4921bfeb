/* A small published answer as JSON, with what tests change about it. */
#ifndef TESTS_REGISTER_ANSWER_TEXT_H
#define TESTS_REGISTER_ANSWER_TEXT_H

#include <sys/stat.h>

#include "register_files.h"

static const char answer_template[] =
    "{\"publishable\": true, \"reasons\": [],\n"
    " \"request\": {\"reference\": \"R-1\", \"publication\": \"PUB 1\", \"title\": \"Offences\",\n"
    "  \"organisation\": \"Example Constabulary\", \"received\": \"2021-09-01\",\n"
    "  \"as_at\": \"2021-09-07\", \"answered\": null,\n"
    "  \"period\": {\"from\": \"2018-04-01\", \"to\": \"2019-03-31\", \"date\": \"recorded\",\n"
    "   \"year\": \"financial\"},\n"
    "  \"offences\": [\"088A\", \"071/17\", \"071/17\"], \"questions\": [], \"decisions\": [],\n"
    "  \"keywords\": [], \"words\": \"\"},\n"
    " \"records\": \"crimes\",\n"
    " \"tables\": [{\"id\": \"t\", \"title\": \"Victims\", \"question\": \"1\", \"unit\": "
    "\"victims\",\n"
    "  \"dimensions\": [\"year\", \"month\", \"method\"], \"row_dimensions\": 2,\n"
    "  \"categories\": {\n"
    "   \"year\": {\"label\": \"Year\", \"nested_in\": null, \"overlapping\": false, \"values\":\n"
    "    [{\"code\": \"2018/19\", \"label\": \"2018/19\"}]},\n"
    "   \"month\": {\"label\": \"Month\", \"nested_in\": \"year\", \"overlapping\": false, "
    "\"values\":\n"
    "    [{\"code\": \"2018-04\", \"label\": \"April 2018\", \"within\": \"2018/19\"}]},\n"
    "   \"method\": {\"label\": \"Method\", \"nested_in\": null, \"overlapping\": true,\n"
    "    \"dictionary\": \"abc123\", \"values\": [{\"code\": \"snap\", \"label\": \"Snapchat\"},\n"
    "     {\"code\": \"text\", \"label\": \"Message\", \"fallback\": true}]}},\n"
    "  \"cells\": [\n"
    "   {\"at\": {\"year\": \"2018/19\", \"month\": \"2018-04\", \"method\": \"snap\"},\n"
    "    \"value\": null, \"status\": \"suppressed\"},\n"
    "   {\"at\": {\"year\": \"2018/19\", \"month\": \"2018-04\", \"method\": \"text\"},\n"
    "    \"value\": 12, \"status\": \"published\"},\n"
    "   {\"at\": {\"year\": \"2018/19\", \"month\": \"Total\", \"method\": \"Total\"},\n"
    "    \"value\": 15, \"status\": \"rounded\"}],\n"
    "  \"rounding\": 5, \"notes\": []}],\n"
    " \"policy\": {\"threshold\": 5, \"marker\": \"[c]\", \"reason\": \"\"}}\n";

/* `text` with the first `from` replaced by `to`, on the heap. `from` must be there. */
static inline char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    size_t before;
    char *out;

    assert(at);
    before = (size_t)(at - text);
    out = malloc(strlen(text) + strlen(to) + 1);
    assert(out);
    memcpy(out, text, before);
    (void)strcpy(out + before, to);
    (void)strcat(out, at + strlen(from));
    return out;
}

/* The template, one text changed, in folder `folder`. */
static inline void write_answer(const char *folder, const char *from, const char *to)
{
    char path[200];
    char *text = replaced(answer_template, from, to);

    (void)mkdir(folder, 0700);
    (void)snprintf(path, sizeof path, "%s/answer.json", folder);
    write_file(path, text, strlen(text));
    free(text);
}

#endif
