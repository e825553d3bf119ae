/* A library to preload: counts the file calls under one directory and makes one of them go wrong.

   FAULT_ROOT    the directory; calls on other files pass by uncounted
   FAULT_AT      the number of the call, from 1; 0 or unset: none
   FAULT_DO      before, after: kill the process (SIGKILL) before or after that call
                 torn: let it write a part of its data, then kill the process
                 short: let it write a part of its data only
                 errno: let it fail with FAULT_ARG
                 signal: send the process the signal FAULT_ARG, then go on with the call
   FAULT_GOOD    a comma-separated list of names, in commas: every later call of these does the same
   FAULT_LOG     a file, or nothing, to append a line to for each call: number, name, result, detail, paths, data
                 (and each program started, as name "exec", not counted)
   FAULT_CLOCK   seconds to add to the time of day
   FAULT_MEMORY  how much memory the computer seems to have, in MiB

   Everything goes through syscall(2), so nothing here depends on the C library's own wrappers. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define FILES 1024

static char *paths[FILES]; /* by file descriptor; NULL for files elsewhere */
static long calls;
static const char *root, *what, *good, *log_path;
static long at, argument, clock_shift, memory_mib;

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

/* At the start of a program, and again by one that forked with another environment. */
__attribute__((constructor)) void fault_start(void) {
    calls = 0;
    root = getenv("FAULT_ROOT");
    what = getenv("FAULT_DO");
    good = getenv("FAULT_GOOD");
    log_path = getenv("FAULT_LOG");
    at = number("FAULT_AT");
    argument = number("FAULT_ARG");
    clock_shift = number("FAULT_CLOCK");
    memory_mib = number("FAULT_MEMORY");
    if (what == NULL) what = "";
    if (log_path != NULL && *log_path == 0) log_path = NULL;
}

static int inside(const char *path) {
    size_t length;
    if (root == NULL || path == NULL) return 0;
    length = strlen(root);
    return strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static const char *path_of(int file) {
    return file >= 0 && file < FILES ? paths[file] : NULL;
}

static void log_text(int log, const char *text) {
    syscall(SYS_write, log, text, strlen(text));
}

static void note(const char *name, long result, long detail, const char *one, const char *two,
                 const unsigned char *data, long size) {
    char line[512];
    long i, used = 0;
    int log, before = errno;
    if (log_path == NULL) return;
    log = syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0) return;
    snprintf(line, sizeof line, "%ld\t%s\t%ld\t%ld\t", calls, name, result, detail);
    log_text(log, line);
    log_text(log, one ? one : "");
    log_text(log, "\t");
    log_text(log, two ? two : "");
    log_text(log, "\t");
    for (i = 0; i < size; i++) {
        used += sprintf(line + used, "%02x", data[i]);
        if (used > 500 || i == size - 1) {
            syscall(SYS_write, log, line, used);
            used = 0;
        }
    }
    log_text(log, "\n");
    syscall(SYS_close, log);
    errno = before;
}

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

static int is(const char *action) { return strcmp(what, action) == 0; }

/* Whether this call, already counted, is one that goes wrong. */
static int chosen(const char *name) {
    char wanted[32];
    if (at == 0 || calls < at) return 0;
    if (calls == at) return 1;
    snprintf(wanted, sizeof wanted, ",%s,", name);
    return good != NULL && strstr(good, wanted) != NULL;
}

/* Count a call; answers whether it is to fail, with errno set. */
static int fails(const char *name) {
    calls++;
    if (!chosen(name)) return 0;
    if (is("before")) die();
    if (is("signal")) syscall(SYS_kill, getpid(), (int)argument);
    if (!is("errno")) return 0;
    errno = (int)argument;
    return 1;
}

static void done(const char *name) {
    if (chosen(name) && (is("after") || is("torn"))) die();
}

#define COUNTED(name, one, two, detail, expression)                                              \
    do {                                                                                           \
        long result, failed;                                                                       \
        if (!inside(one) && !inside(two)) return expression;                                       \
        failed = fails(name);                                                                      \
        result = failed ? -1 : (expression);                                                       \
        note(name, result, detail, one, two, NULL, 0);                                             \
        done(name);                                                                                \
        return result;                                                                             \
    } while (0)

static int open_file(int directory, const char *path, int flags, unsigned mode) {
    long file;
    if (!inside(path)) return syscall(SYS_openat, directory, path, flags, mode);
    file = fails("open") ? -1 : syscall(SYS_openat, directory, path, flags, mode);
    if (file >= 0 && file < FILES) paths[file] = strdup(path);
    note("open", file, flags, path, NULL, NULL, 0);
    done("open");
    return file;
}

#define MODE                                                                                       \
    unsigned mode = 0;                                                                             \
    if (flags & O_CREAT) {                                                                         \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode = va_arg(rest, unsigned);                                                             \
        va_end(rest);                                                                              \
    }

int open(const char *path, int flags, ...) { MODE return open_file(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return open_file(AT_FDCWD, path, flags, mode); }
int openat(int at_file, const char *path, int flags, ...) {
    MODE return open_file(at_file, path, flags, mode);
}
int openat64(int at_file, const char *path, int flags, ...) {
    MODE return open_file(at_file, path, flags, mode);
}

static ssize_t write_file(int file, const void *data, size_t size, off_t where, int placed) {
    const char *path = path_of(file);
    size_t part = size;
    off_t offset = placed ? where : syscall(SYS_lseek, file, 0, SEEK_CUR);
    long result;
    if (path != NULL && inside(path)) {
        int failed = fails("write");
        if (chosen("write") && (is("short") || is("torn")) && size > 1) part = (size + 2) / 3;
        if (failed)
            result = -1;
        else if (placed)
            result = syscall(SYS_pwrite64, file, data, part, where);
        else
            result = syscall(SYS_write, file, data, part);
        note("write", result, offset, path, NULL, data, result > 0 ? result : 0);
        done("write");
        return result;
    }
    if (placed) return syscall(SYS_pwrite64, file, data, size, where);
    return syscall(SYS_write, file, data, size);
}

ssize_t write(int file, const void *data, size_t size) {
    return write_file(file, data, size, 0, 0);
}
ssize_t pwrite(int file, const void *data, size_t size, off_t where) {
    return write_file(file, data, size, where, 1);
}
ssize_t pwrite64(int file, const void *data, size_t size, off_t where) {
    return write_file(file, data, size, where, 1);
}

int close(int file) {
    char *path = file >= 0 && file < FILES ? paths[file] : NULL;
    int failed, result;
    if (path == NULL) return syscall(SYS_close, file);
    paths[file] = NULL;
    failed = fails("close");
    result = syscall(SYS_close, file); /* a close that fails has closed the file all the same */
    if (failed) {
        errno = (int)argument;
        result = -1;
    }
    note("close", result, 0, path, NULL, NULL, 0);
    free(path);
    done("close");
    return result;
}

ssize_t read(int file, void *data, size_t size) {
    const char *path = path_of(file);
    COUNTED("read", path, NULL, 0, syscall(SYS_read, file, data, size));
}
int fsync(int file) {
    const char *path = path_of(file);
    COUNTED("fsync", path, NULL, 0, syscall(SYS_fsync, file));
}
int fdatasync(int file) {
    const char *path = path_of(file);
    COUNTED("fsync", path, NULL, 0, syscall(SYS_fdatasync, file));
}
int ftruncate(int file, off_t size) {
    const char *path = path_of(file);
    COUNTED("ftruncate", path, NULL, size, syscall(SYS_ftruncate, file, size));
}
int ftruncate64(int file, off_t size) { return ftruncate(file, size); }
int fchmod(int file, mode_t mode) {
    const char *path = path_of(file);
    COUNTED("fchmod", path, NULL, mode, syscall(SYS_fchmod, file, mode));
}
int flock(int file, int operation) {
    const char *path = path_of(file);
    COUNTED("flock", path, NULL, operation, syscall(SYS_flock, file, operation));
}
int rename(const char *from, const char *to) {
    COUNTED("rename", from, to, 0, syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}
int renameat(int from_file, const char *from, int to_file, const char *to) {
    COUNTED("rename", from, to, 0, syscall(SYS_renameat2, from_file, from, to_file, to, 0));
}
int unlink(const char *path) {
    COUNTED("unlink", path, NULL, 0, syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}
int unlinkat(int file, const char *path, int flags) {
    COUNTED("unlink", path, NULL, 0, syscall(SYS_unlinkat, file, path, flags));
}
int link(const char *from, const char *to) {
    COUNTED("link", from, to, 0, syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}
int linkat(int from_file, const char *from, int to_file, const char *to, int flags) {
    COUNTED("link", from, to, 0, syscall(SYS_linkat, from_file, from, to_file, to, flags));
}
int mkdir(const char *path, mode_t mode) {
    COUNTED("mkdir", path, NULL, mode, syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}
int mkdirat(int file, const char *path, mode_t mode) {
    COUNTED("mkdir", path, NULL, mode, syscall(SYS_mkdirat, file, path, mode));
}
int chmod(const char *path, mode_t mode) {
    COUNTED("chmod", path, NULL, mode, syscall(SYS_fchmodat, AT_FDCWD, path, mode));
}
int lchown(const char *path, uid_t owner, gid_t group) {
    COUNTED("chown", path, NULL, owner,
            syscall(SYS_fchownat, AT_FDCWD, path, owner, group, AT_SYMLINK_NOFOLLOW));
}

/* Not file calls: a clock that is wrong, a computer that is small, and what is started. */

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += clock_shift;
    return result;
}

long sysconf(int name) {
    long (*real)(int) = (long (*)(int))dlsym(RTLD_NEXT, "sysconf");
    if (name == _SC_PHYS_PAGES && memory_mib) return memory_mib * (1048576 / real(_SC_PAGE_SIZE));
    return real(name);
}

static void note_words(const char *name, char *const words[]) {
    size_t i;
    for (i = 0; words != NULL && words[i] != NULL; i++)
        note(name, 0, (long)i, "", NULL, (const unsigned char *)words[i], strlen(words[i]));
}

int execve(const char *path, char *const words[], char *const environment[]) {
    note_words("exec", words);
    note_words("exec", environment);
    return syscall(SYS_execve, path, words, environment);
}
