/* A Windows clipboard, for test_calls.py: as strict as the real one about who may do what when.
   Not Windows: it only shows that the calls are made as its documentation says. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct memory { size_t size; int locked; int freed; char bytes[256]; };

static int windows, opened, owned;
static uint32_t sequence = 40;
static wchar_t names[8][64];
static int registered;
static struct { unsigned kind; struct memory *memory; } held[8];
static int holds, alive;

int open_windows(void) { return windows; }
int memories(void) { return alive; }

void *CreateWindowExW(uint32_t extra, const wchar_t *class, const wchar_t *title, uint32_t style,
                      int x, int y, int width, int height,
                      void *parent, void *menu, void *instance, void *more)
{
    int plain = !extra && !title && !style && !x && !y && !width && !height;
    if (!plain || wcscmp(class, L"STATIC") || (intptr_t)parent != -3 || menu || instance || more)
        return NULL;
    windows++;
    return &windows;
}
int DestroyWindow(void *window) { return window == &windows && windows-- > 0; }

int OpenClipboard(void *window) { return window == &windows && !opened && (opened = 1); }
int CloseClipboard(void) { owned = 0; return opened && !(opened = 0); }
int EmptyClipboard(void)
{
    if (!opened) return 0;
    while (holds) { free(held[--holds].memory); alive--; }
    sequence++;
    return owned = 1;
}
unsigned RegisterClipboardFormatW(const wchar_t *name)
{
    if (!*name) return 0;
    wcsncpy(names[registered], name, 63);
    return 0xC000 + registered++;
}
void *SetClipboardData(unsigned kind, void *memory)
{
    struct memory *given = memory;
    if (!opened || !owned || !kind || given->locked) return NULL;
    held[holds].kind = kind;
    held[holds++].memory = given;
    sequence++;
    return memory;
}
void *GetClipboardData(unsigned kind)
{
    for (int i = 0; opened && i < holds; i++)
        if (held[i].kind == kind) return held[i].memory;
    return NULL;
}
uint32_t GetClipboardSequenceNumber(void) { return sequence; }

void *GlobalAlloc(unsigned flags, size_t size)
{
    if (flags != 2) return NULL;
    struct memory *made = calloc(1, sizeof *made);
    made->size = size;
    alive++;
    return made;
}
void *GlobalFree(void *memory) { free(memory); alive--; return NULL; }
void *GlobalLock(void *memory) { ((struct memory *)memory)->locked++; return ((struct memory *)memory)->bytes; }
int GlobalUnlock(void *memory) { return --((struct memory *)memory)->locked; }
size_t GlobalSize(void *memory) { return ((struct memory *)memory)->size; }
