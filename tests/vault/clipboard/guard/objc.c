/* An Objective-C runtime with one pasteboard, for test_calls.py: classes and selectors are their
   names, and each message writes a line of what arrived. Not macOS: it only shows that the calls
   are made as the headers say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct data { size_t length; char bytes[64]; };

static char told[4096];
static long count = 7;
static int pools;

const char *story(void) { return told; }
int open_pools(void) { return pools; }

void *objc_getClass(const char *name) { return strdup(name); }
void *sel_registerName(const char *name) { return strdup(name); }
void *objc_autoreleasePoolPush(void) { pools++; return &pools; }
void objc_autoreleasePoolPop(void *pool) { if (pool == &pools) pools--; }

static void tell(const char *text) { strcat(strcat(told, text), "\n"); }

/* Every argument and result that is used here travels in the same registers as these do. */
long objc_msgSend(const char *self, const char *selector, const void *first, const void *second)
{
    char line[256];
    if (!strcmp(selector, "generalPasteboard"))
        return (long)strdup(strcmp(self, "NSPasteboard") ? "nothing" : "the board");
    if (!strcmp(selector, "stringWithUTF8String:"))
        return (long)strdup(first);
    if (!strcmp(selector, "dataWithBytes:length:")) {
        struct data *made = calloc(1, sizeof *made);
        made->length = (size_t)second;
        memcpy(made->bytes, first, made->length);
        return (long)made;
    }
    if (strcmp(self, "the board"))
        return 0;
    if (!strcmp(selector, "changeCount"))
        return count;
    if (!strcmp(selector, "prepareForNewContentsWithOptions:")) {
        snprintf(line, sizeof line, "prepare %ld", (long)first);
        tell(line);
        return ++count;
    }
    if (!strcmp(selector, "setData:forType:")) {
        const struct data *data = first;
        int used = snprintf(line, sizeof line, "%s =", (const char *)second);
        for (size_t i = 0; i < data->length; i++)
            used += snprintf(line + used, sizeof line - used, " %02x", (unsigned char)data->bytes[i]);
        tell(line);
        return strcmp(second, "refused") != 0;
    }
    return 0;
}
