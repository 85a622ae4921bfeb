/*
 * crew.c - several threads for things that do not depend on each other.
 *
 * Numbers are handed out in order. The first failure stops the handing out; of several, that of
 * the lowest number is reported, so that the same mistake gives the same message however many
 * threads there are: every lower number was handed out before and comes to its end.
 */
#include <pthread.h>
#include <unistd.h>

#include "base/error.h"
#include "site/internal.h"

#define THREADS_MAX 8

struct crew {
    struct sc_build *build;
    sc_site_job job;
    const char *interrupted; /* what to say when it is */
    size_t n;
    pthread_mutex_t lock;
    size_t next;
    size_t failed_at;
    enum sc_status status;
    struct sc_error err;
};

/* The next number, or SIZE_MAX. */
static size_t take(struct crew *crew)
{
    const struct sc_site_options *options = crew->build->options;
    size_t at = SIZE_MAX;

    (void)pthread_mutex_lock(&crew->lock);
    if (!crew->status && crew->next < crew->n && options->cancelled &&
        options->cancelled(options->context)) {
        crew->failed_at = crew->next;
        crew->status = sc_fail(&crew->err, SC_E_INTERRUPTED, "%s", crew->interrupted);
    }
    if (!crew->status && crew->next < crew->n)
        at = crew->next++;
    (void)pthread_mutex_unlock(&crew->lock);
    return at;
}

static void *work(void *arg)
{
    struct crew *crew = arg;
    size_t at;

    while ((at = take(crew)) != SIZE_MAX) {
        struct sc_error err = {0};
        enum sc_status status = crew->job(crew->build, at, &err);

        if (!status)
            continue;
        (void)pthread_mutex_lock(&crew->lock);
        if (!crew->status || at < crew->failed_at) {
            crew->status = status;
            crew->failed_at = at;
            crew->err = err;
        }
        (void)pthread_mutex_unlock(&crew->lock);
    }
    return NULL;
}

enum sc_status sc_site_crew(struct sc_build *build, size_t n, sc_site_job job,
                            const char *interrupted, struct sc_error *err)
{
    struct crew crew = {.build = build,
                        .job = job,
                        .interrupted = interrupted,
                        .n = n,
                        .lock = PTHREAD_MUTEX_INITIALIZER};
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t wanted = build->options->threads ? build->options->threads
                                            : (size_t)(processors > 0 ? processors : 1);
    pthread_t threads[THREADS_MAX];
    size_t started = 0;

    wanted = wanted < n ? wanted : n;
    wanted = wanted < THREADS_MAX ? wanted : THREADS_MAX;
    while (started + 1 < wanted && pthread_create(&threads[started], NULL, work, &crew) == 0)
        started++;
    (void)work(&crew);
    while (started > 0)
        (void)pthread_join(threads[--started], NULL);
    (void)pthread_mutex_destroy(&crew.lock);
    if (crew.status && err)
        *err = crew.err;
    return crew.status;
}
