/*
 * log_csv.c - the whole log as one CSV file.
 */
#include "base/date.h"
#include "base/error.h"
#include "publish/clean.h"
#include "site/list.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

static void csv_field(struct sc_buf *out, const char *text)
{
    sc_csv_text(out, text);
    sc_buf_addc(out, ',');
}

static void csv_day(struct sc_buf *out, int32_t day)
{
    char text[16];

    csv_field(out, day == SC_DAY_NONE ? "" : sc_day_format_iso(day, text));
}

static void csv_texts(struct sc_buf *out, const struct sc_texts *texts)
{
    SC_AUTO_BUF joined = {0};

    for (size_t i = 0; i < texts->n; i++)
        sc_buf_addf(&joined, "%s%s", i ? "; " : "", texts->items[i]);
    csv_field(out, BUF_TEXT(joined));
    out->failed |= joined.failed;
}

enum sc_status sc_site_log_csv(struct sc_build *build, struct sc_error *err)
{
    SC_AUTO_BUF out = {0};

    sc_buf_adds(&out,
                "\xef\xbb\xbfpublication,reference,title,decision,exemptions,received,"
                "answered,published,updated,period_from,period_to,keywords,status,address\r\n");
    for (size_t e = 0; e < build->n_entries; e++) {
        const struct sc_entry *entry = &build->entries[e];
        const struct sc_entry_meta *meta = &entry->meta;
        SC_AUTO_BUF address = {0};

        csv_field(&out, meta->publication);
        csv_field(&out, meta->reference);
        csv_field(&out, meta->title);
        csv_texts(&out, &meta->decisions);
        csv_texts(&out, &meta->exemptions);
        csv_day(&out, meta->received);
        csv_day(&out, meta->answered);
        csv_day(&out, entry->first_published);
        csv_day(&out, entry->published);
        csv_day(&out, meta->from);
        csv_day(&out, meta->to);
        csv_texts(&out, &meta->keywords);
        csv_field(&out, entry->answer->withdrawn        ? "withdrawn"
                        : entry->answer->n_versions > 1 ? "corrected"
                                                        : "published");
        sc_site_address(build, entry, &address);
        sc_csv_text(&out, BUF_TEXT(address));
        sc_buf_adds(&out, "\r\n");
        out.failed |= address.failed;
    }
    return sc_site_put_page(build, "log.csv", &out, err);
}
