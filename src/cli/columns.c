#include "cli/columns.h"

#include <string.h>

size_t columns_of(const char *text)
{
    bool utf8 = sc_utf8_valid(text, strlen(text));
    size_t n = 0;

    for (; *text; text++)
        n += !utf8 || ((unsigned char)*text & 0xC0) != 0x80; /* not within a character */
    return n;
}

static void add_spaces(struct sc_buf *out, size_t n)
{
    while (n-- > 0)
        sc_buf_addc(out, ' ');
}

void add_label(struct sc_buf *out, const char *text, size_t indent, size_t width)
{
    size_t used = indent + columns_of(text);

    add_spaces(out, indent);
    sc_buf_adds(out, text);
    if (used > width) {
        sc_buf_addc(out, '\n');
        used = 0;
    }
    add_spaces(out, width - used);
}

void add_wrapped(struct sc_buf *out, const char *text, size_t used, size_t indent)
{
    bool begins = true; /* of a line: no space before the next word */

    while (*text) {
        size_t len = strcspn(text, " ");
        SC_AUTO_BUF word = {0};
        size_t columns;

        sc_buf_add(&word, text, len);
        out->failed |= word.failed;
        columns = columns_of(word.data ? word.data : "");
        if (!begins && used + 1 + columns > TERMINAL_COLUMNS) {
            sc_buf_addc(out, '\n');
            begins = true;
            used = 0;
        }
        if (!begins)
            sc_buf_addc(out, ' ');
        else if (used < indent)
            add_spaces(out, indent - used);
        used = (begins && used < indent ? indent : used + !begins) + columns;
        begins = false;
        sc_buf_add(out, text, len);
        text += len;
        while (*text == ' ')
            text++;
    }
    sc_buf_addc(out, '\n');
}

void add_paragraph(struct sc_buf *out, const char *text, size_t indent)
{
    add_wrapped(out, text, 0, indent);
}
