/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fault injection: runs a program whose nth call of one kind fails, for every n, and compares its
 * output with the undisturbed one.
 *
 * System calls fail at the border of the kernel (seccomp_unotify(2)), which includes those of libc
 * and syscall(2). Allocations fail in preload.c, which also reports where main() begins and ends:
 * calls of the loader and the sanitizers do not fail.
 */
#ifndef TEST_FAULT_H
#define TEST_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* By prctl(2) with this number, preload.c reports that main begins or has ended. */
#define FAULT_MARK  0x666c7421
#define FAULT_BEGIN 1UL
#define FAULT_END   2UL

/* Descriptor of the memory that is shared with preload.c. */
#define FAULT_FD 200

/* Instead of an errno: the call does a part of its work. */
#define FAULT_SHORT 10000

struct fault_shared {
    volatile uint32_t fail_at;     /* the nth allocation fails; 0: none */
    volatile uint32_t allocations; /* since main began */
    volatile uint32_t listener;    /* descriptor + 1 of the filter in the child */
    volatile uint32_t go;
};

struct fault_kind {
    const char *name;
    const int *calls;  /* numbers of system calls, ended by -1; NULL: allocations */
    const int *errors; /* ended by 0 */
};

extern const struct fault_kind fault_kinds[];
extern const size_t fault_kind_count;

struct run {
    int status; /* of waitpid(2) */
    bool timed_out;
    bool reached;   /* there was an nth call */
    uint32_t calls; /* of that kind */
    char *out;      /* NUL-terminated */
    size_t out_len;
    char *err;
    size_t err_len;
    bool hit;    /* FORM_KILL: the selected process */
    bool astray; /* another one */
};

/* Runs argv; the nth call of kind fails with error. n 0: only counts them. */
void run_faulty(char **argv, const struct fault_kind *kind, uint32_t n, int error,
                const char *preload, struct run *run);
void run_free(struct run *run);

/* How to compare the output of a command. */
enum form {
    FORM_JSON,  /* rows are objects of "sockets" */
    FORM_TABLE, /* rows are lines, owners the last word */
    FORM_TEXT,  /* any text: equal, or with a note */
    FORM_LOOSE, /* with times or names: as many lines, no new zeros */
    FORM_KILL,  /* results of portkill: true, whatever it hit */
};

/*
 * Compares run with whole, the undisturbed one. Returns NULL, or what is wrong. replay: bad recordings
 * exit with 2. error is the injected one. ENOENT needs no note: a process has ended, or the kernel
 * lacks a family. Nor does a process that could not be read (EACCES, EPERM) and may hold what others
 * hold, too.
 */
const char *compare(enum form form, const struct run *whole, const struct run *run, bool replay,
                    int error);
/* What run lacks. */
struct lack {
    bool rows;   /* rows, fields, all owners of one */
    bool owners; /* some owners of a row that has others */
};

/* victims.c: what portkill is to hit, and a bystander, made for each run. */
struct victims {
    pid_t selected, other;
};

void victims_make(struct victims *victims);
/* Notes in run what became of them, and ends them. */
void victims_end(const struct victims *victims, struct run *run);
const char *compare_kill(const struct run *whole, const struct run *run);

/* Returns the number of rows of run that whole lacks. */
const char *compare_json(const char *whole, const char *run, struct lack *lack, bool *noted);
const char *compare_table(const char *whole, const char *run, struct lack *lack);

/* json.c: moves *at past one value; false if there is none. */
bool json_value(const char **at);
/* Finds the value of a member of the object: the text between from and to. */
bool json_member(const char *object, const char *key, const char **from, const char **to);
/* Finds the nth element of an array. */
bool json_element(const char *array, size_t n, const char **from, const char **to);

#endif
