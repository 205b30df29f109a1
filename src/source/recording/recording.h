/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recording is a folder: "abi", lines of key=value, and a file for each feed, named like it,
 * holding the feed's chunks one after the other. Every feed's units say where they end, so no
 * further framing is needed; a netlink feed ends with the NLMSG_DONE of its last dump. Where a cut
 * between two units would not show, abi does: it has a line "feed=bytes" for each feed, with "-"
 * for one that already came in part. Recordings without such lines are as good as before them.
 */
#ifndef PL_SOURCE_RECORDING_RECORDING_H
#define PL_SOURCE_RECORDING_RECORDING_H

#define PL_RECORDING_ABI      "abi"
#define PL_RECORDING_ABI_MAX  16384       /* bytes */
#define PL_RECORDING_FEED_MAX (1LL << 30) /* bytes: 8 million sockets */
#define PL_RECORDING_DEPTH    8           /* folders in folders */

#endif
