/* Fails the calls that write beneath some folders, from the n-th of them on, as a disk does that is full or broken. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* FAILING_FOLDERS: paths, a colon after each. FAILING_AT: the first call that fails, none where it is 0.
   FAILING_TIMES: how many fail from then on. FAILING_ERRNO: with what. FAILING_COUNT: a file that gets the number of calls. */
static atomic_int calls;
static int at, times, number;
static const char *folders, *count_file;
static int process;
static unsigned char watched[65536];

__attribute__((constructor)) static void begin(void) {
  const char *value;
  at = (value = getenv("FAILING_AT")) ? atoi(value) : 0;
  times = (value = getenv("FAILING_TIMES")) ? atoi(value) : INT_MAX;
  number = (value = getenv("FAILING_ERRNO")) ? atoi(value) : ENOSPC;
  folders = getenv("FAILING_FOLDERS");
  count_file = getenv("FAILING_COUNT");
  process = getpid();
}

__attribute__((destructor)) static void end(void) {
  if (!count_file || getpid() != process) return;
  FILE *file = fopen(count_file, "w");
  if (!file) return;
  fprintf(file, "%d", calls);
  fclose(file);
}

static int beneath(const char *path) {
  if (!folders || !path) return 0;
  for (const char *each = folders; *each;) {
    const char *stop = strchr(each, ':');
    if (!stop) return 0;
    size_t length = stop - each;
    if (strncmp(path, each, length) == 0 && (path[length] == '/' || path[length] == 0)) return 1;
    each = stop + 1;
  }
  return 0;
}

static int fails(void) {
  int call = atomic_fetch_add(&calls, 1) + 1;
  if (!at || call < at || call - at >= times) return 0;
  errno = number;
  return 1;
}

static void note(int file, const char *path, int flags) {
  if (file >= 0 && file < (int)sizeof watched) watched[file] = (flags & (O_WRONLY | O_RDWR)) && beneath(path);
}

static int is_watched(int file) { return file >= 0 && file < (int)sizeof watched && watched[file]; }

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = dlsym(RTLD_NEXT, #name)

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    int mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, int) : 0; \
    va_end(rest); \
    static int (*real)(const char *, int, ...); \
    if (!real) real = dlsym(RTLD_NEXT, #name); \
    if ((flags & O_CREAT) && beneath(path) && access(path, F_OK) != 0 && fails()) return -1; \
    int file = real(path, flags, mode); \
    note(file, path, flags); \
    return file; \
  }
OPEN(open)
OPEN(open64)

int close(int file) {
  REAL(close);
  if (file >= 0 && file < (int)sizeof watched) watched[file] = 0;
  return real(file);
}

#define WRITE(type, name, parameters, arguments) \
  type name parameters { \
    REAL(name); \
    if (is_watched(file) && fails()) return -1; \
    return real arguments; \
  }
WRITE(ssize_t, write, (int file, const void *bytes, size_t length), (file, bytes, length))
WRITE(ssize_t, pwrite, (int file, const void *bytes, size_t length, off_t from), (file, bytes, length, from))
WRITE(ssize_t, pwrite64, (int file, const void *bytes, size_t length, off64_t from), (file, bytes, length, from))
WRITE(ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count))
WRITE(int, fsync, (int file), (file))
WRITE(int, fdatasync, (int file), (file))
WRITE(int, ftruncate, (int file, off_t length), (file, length))
WRITE(int, ftruncate64, (int file, off64_t length), (file, length))

int rename(const char *from, const char *to) {
  REAL(rename);
  if (beneath(to) && fails()) return -1;
  return real(from, to);
}

int link(const char *from, const char *to) {
  REAL(link);
  if (beneath(to) && fails()) return -1;
  return real(from, to);
}

int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  if (beneath(path) && fails()) return -1;
  return real(path, mode);
}
