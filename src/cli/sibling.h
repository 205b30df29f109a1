/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands: portls executes the program of this project that does the work. */
#ifndef CLI_SIBLING_H
#define CLI_SIBLING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Executes the program of the command in argv[1], from the directory of this program. Returns
 * -ENOENT if argv[1] is no command; 0 after a message, with the exit status in *status.
 */
int sibling_main(char **argv, bool elevated, int *status);
/*
 * Stores the path of another program in the directory of this one. self: argv[0]. Returns false if the
 * directory cannot be found.
 */
bool sibling_path(const char *self, const char *program, char *path, size_t size);
/* Returns the name of a command; NULL after the last. */
const char *sibling_command(unsigned int index);
bool sibling_is_command(const char *word);

#endif
