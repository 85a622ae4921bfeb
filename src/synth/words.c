/*
 * words.c - the sentences narratives are made of. Neutral and procedural; no
 * person, place or conduct is described beyond what a counting test needs.
 */
#include <string.h>

#include "synth/parts.h"

const char *const sc_synth_category_codes[SC_SYNTH_CATEGORIES] = {
    "snapchat", "whatsapp",       "facebook", "instagram", "tiktok", "twitter",
    "kik",      "discord",        "omegle",   "telegram",  "skype",  "apple",
    "gaming",   "other-platform", "message",  "none"};

/*
 * How a platform is written, which category finds it (or, less than 0, -1 less the category of
 * which it is a near-miss, that is not counted), and how often.
 */
static const struct {
    const char *text;
    int category;
    unsigned char weight;
} platforms[] = {
    {"Snapchat", 0, 40},  {"SNAPCHAT", 0, 6},
    {"snap chat", 0, 5},  {"Snap-Chat", 0, 3},
    {"snapchat", 0, 10},  {"WhatsApp", 1, 18},
    {"Whats App", 1, 4},  {"whatsapp", 1, 5},
    {"Facebook", 2, 12},  {"Facebook Messenger", 2, 6},
    {"FB", 2, 3},         {"face book", 2, 1},
    {"Instagram", 3, 22}, {"insta", 3, 4},
    {"INSTAGRAM", 3, 3},  {"TikTok", 4, 10},
    {"Tik Tok", 4, 4},    {"Twitter", 5, 4},
    {"Kik", 6, 5},        {"Discord", 7, 7},
    {"Omegle", 8, 3},     {"Telegram", 9, 4},
    {"Skype", 10, 2},     {"iMessage", 11, 3},
    {"FaceTime", 11, 2},  {"Roblox", 12, 5},
    {"Xbox Live", 12, 3}, {"PS4", 12, 2},
    {"Fortnite", 12, 3},  {"Yubo", 13, 2},
    {"YouTube", 13, 2},   {"snpachat", 0, 3},
    {"Snapchatt", -1, 2}, {"watsapp", 1, 2},
    {"instergram", 3, 3}, {"facbook", 2, 2},
    {"tictok", 4, 1},
};
#define N_PLATFORMS (sizeof platforms / sizeof *platforms)

/* %s is a platform. Those with `message` true hold a term of the fallback category. */
static const struct {
    const char *before;
    const char *after;
    bool message;
} contacts[] = {
    {"Suspect contacted complainant via ", " and exchanged messages.", true},
    {"Contact was made on ", " and continued for some weeks.", false},
    {"Complainant received messages on ", " from an unknown account.", true},
    {"Report that contact was made through an account on ", ".", false},
    {"Suspect used ", " to contact complainant.", false},
    {"Parent of complainant reported contact by way of ", " (account details held).", false},
};
#define N_CONTACTS (sizeof contacts / sizeof *contacts)

/* Contacts that name no platform. */
static const struct {
    const char *text;
    bool message;
} plain_contacts[] = {
    {"Suspect contacted complainant and exchanged messages.", true},
    {"Complainant reported text messages from an unknown number.", true},
    {"Report of messages received by complainant; platform not stated.", true},
    {"Report of contact online; means of contact not stated.", false},
    {"Complainant reported contact by an unknown person.", false},
};
#define N_PLAIN (sizeof plain_contacts / sizeof *plain_contacts)

/* What follows, in narratives of any kind. No term of the dictionary stands here. */
const char *const sc_synth_sentences[] = {
    "Device seized for examination.",
    "Enquiries ongoing.",
    "Officer in the case to update complainant within 28 days.",
    "Statement taken and exhibit logged.",
    "Safeguarding referral made to partner agency.",
    "Crime recorded in line with counting rules; no further lines of enquiry at present.",
    "CCTV requested from premises.",
    "Complainant has been given a reference and victim code information.",
    "Digital forensic unit to examine exhibit ref 1; result awaited.",
    "Complainant states \"it started last month\" and will attend to give an account.",
    "Supervisor review completed and actions set.",
    "Address checks completed, no trace.",
    "Report linked to earlier occurrence by the control room.",
    "Witness account obtained by telephone.",
    "Caf\xC3\xA9 owner \xE2\x80\x93 no details held \xE2\x80\x93 spoken to by officer.",
    "Evidence reviewed; file to be submitted to the Crown Prosecution Service.",
    "Suspect interviewed under caution and released under investigation.",
    "No suspect identified at this stage, all reasonable lines pursued.",
    "Item valued and recorded on the property system.",
    "Vehicle recovered and examined by scenes of crime.",
    "Premises visited; owner advised on security.",
    "Response unit attended; area searched, nothing found.",
};
const size_t sc_synth_n_sentences = sizeof sc_synth_sentences / sizeof *sc_synth_sentences;

static const char *const other_openings[] = {
    "Offender entered premises by insecure door and left with property.",
    "Vehicle damaged whilst parked overnight.",
    "Complainant assaulted in a public place; minor injury.",
    "Goods taken from store without payment.",
    "Report of damage to fence by persons unknown.",
    "Cycle taken from secure storage.",
    "Report of harassment by a known person.",
    "Officers found a substance on search of a person.",
};

static const char *pick_platform(struct sc_random *r, int *ret_category)
{
    unsigned total = 0;
    unsigned at;

    for (size_t i = 0; i < N_PLATFORMS; i++)
        total += platforms[i].weight;
    at = sc_random_below(r, total);
    for (size_t i = 0; i < N_PLATFORMS; i++) {
        if (at < platforms[i].weight) {
            *ret_category = platforms[i].category;
            return platforms[i].text;
        }
        at -= platforms[i].weight;
    }
    return "";
}

static uint32_t add_contact(struct sc_random *r, struct sc_buf *out)
{
    size_t c = sc_random_below(r, N_CONTACTS);
    int category = -1;
    const char *platform = pick_platform(r, &category);

    sc_buf_adds(out, contacts[c].before);
    sc_buf_adds(out, platform);
    sc_buf_adds(out, contacts[c].after);
    return (category >= 0 ? 1U << category : 1U << (SC_SYNTH_NEAR - 1 - category)) |
           (contacts[c].message ? 1U << SC_SYNTH_MESSAGE : 0);
}

uint32_t sc_synth_online_narrative(struct sc_random *r, struct sc_buf *out)
{
    const uint32_t named = (1U << SC_SYNTH_PLATFORMS) - 1;
    uint32_t set = 0;
    uint32_t near;
    size_t n = sc_random_chance(r, 250) ? 0 : sc_random_chance(r, 150) ? 2 : 1;

    if (n == 0) {
        size_t c = sc_random_below(r, N_PLAIN);

        sc_buf_adds(out, plain_contacts[c].text);
        set = plain_contacts[c].message ? 1U << SC_SYNTH_MESSAGE : 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (i)
            sc_buf_addc(out, sc_random_chance(r, 300) ? '\n' : ' ');
        set |= add_contact(r, out);
    }
    near = set >> SC_SYNTH_NEAR & named & ~set;
    set &= (1U << SC_SYNTH_NEAR) - 1;
    if (set & named)
        set &= named; /* "message" only where no platform is named */
    return (set ? set : 1U << SC_SYNTH_NONE) | near << SC_SYNTH_NEAR;
}

void sc_synth_other_narrative(struct sc_random *r, struct sc_buf *out)
{
    sc_buf_adds(out,
                other_openings[sc_random_below(r, sizeof other_openings / sizeof *other_openings)]);
}

void sc_synth_fill(struct sc_random *r, struct sc_buf *out, size_t from, size_t target)
{
    while (!out->failed && out->len - from < target) {
        const char *sentence =
            sc_synth_sentences[sc_random_below(r, (uint32_t)sc_synth_n_sentences)];

        /* letters and dashes that ASCII lacks: in about one narrative of thirty */
        if ((unsigned char)sentence[3] >= 0x80 && !sc_random_chance(r, 200))
            continue;
        sc_buf_addc(out, sc_random_chance(r, 40) ? '\n' : ' ');
        sc_buf_adds(out, sentence);
    }
}

void sc_synth_field(struct sc_buf *out, const char *text, size_t len, bool always)
{
    size_t from = 0;

    if (!always && !memchr(text, '"', len) && !memchr(text, ',', len) && !memchr(text, '\n', len) &&
        !memchr(text, '\r', len)) {
        sc_buf_add(out, text, len);
        return;
    }
    sc_buf_addc(out, '"');
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '"')
            continue;
        sc_buf_add(out, text + from, i + 1 - from);
        sc_buf_addc(out, '"');
        from = i + 1;
    }
    sc_buf_add(out, text + from, len - from);
    sc_buf_addc(out, '"');
}
