# fish completion for portls, portname, portwatch, portwire and portkill; printed by --completion fish
# SPDX-License-Identifier: BSD-2-Clause
#
# Options come from --help, words from portls --list-words, values from the open sockets.

# __portls_kinds KIND...: the words of these kinds, without operators such as "="
function __portls_kinds
    __portls_words portls $argv
end
# __portls_words PROGRAM KIND...: the same of a program
function __portls_words
    $argv[1] --list-words 2>/dev/null | awk -F '\t' -v kinds=" $argv[2..] " '
        index(kinds, " " $1 " ") && $2 ~ /^[a-z]/ && !seen[$2]++ { print $2 }'
end
# __portls_used COLUMNS [OPTION...]: their current values
function __portls_used
    set -l none '^$'
    string match -q '*port*' -- $argv[1]; and set none '^0*$'
    portls -H --tsv --columns $argv 2>/dev/null | tr '\t;' '\n\n' |
        string match -rv $none | sort -u
end
# __portls_list WORDS: each word after the part of a comma-separated list that was typed
function __portls_list
    set -l head (commandline -ct | string replace -r '^--[a-z-]+=' '' |
        string match -r '^.*,|^')
    printf '%s\n' $head$argv
end
# __portls_netns PROGRAM: network namespaces and containers
function __portls_netns
    test "$argv[1]" = portkill; or echo all
    ls /run/netns 2>/dev/null
    __portls_used container -N all
end
# __portls_names: names of services, or ports in use
function __portls_names
    set -l cur (commandline -ct)
    if string match -qr '^[a-zA-Z]' -- $cur
        portname --tsv -H --search $cur 2>/dev/null | cut -f 3 | sort -u
    else
        __portls_used local_port,peer_port
    end
end
# __portls_filter: keywords of a filter, and values after some of them
function __portls_filter
    set -l typed (commandline -opc)
    set -l before $typed[-1]
    if string match -qr '^[=!<>]' -- $before
        or contains -- $before eq ne neq lt gt le leq ge geq
        set before $typed[-2]
    end
    switch $before
        case state exclude excl
            __portls_kinds filter_state
        case proto family type reach place class owner_unknown
            __portls_kinds $before
        case port
            __portls_used local_port,peer_port
        case sport
            __portls_used local_port
        case dport
            __portls_used peer_port
        case src local
            __portls_used local_address
        case dst peer
            __portls_used peer_address
        case host address
            __portls_used local_address,peer_address
        case dev
            __portls_used interface
        case local_port peer_port local_address peer_address interface scope uid user inode \
                service peer_service common use pid fd process command exe process_uid started cgroup \
                container container_id runtime image pod pod_namespace unit translated published published_by \
                published_process published_container
            __portls_used $before
        case '*'
            if string match -q ':*' -- (commandline -ct)
                printf ':%s\n' (__portls_used local_port,peer_port)
            else
                test "$typed" = portls; and __portls_kinds command
                __portls_kinds grammar proto family filter_state field
            end
    end
end
# __portls_help PROGRAM: prints --help with one option per line
function __portls_help
    $argv[1] --help 2>/dev/null | awk '
        /^  --[a-z0-9-]+$|^  (-., )?--[a-z0-9-]+  -/ {
            n = split($0, one, /  +/)
            for (i = 2; i <= n; i++) {
                name = one[i]
                sub(/.*--/, "", name)
                print (one[i] ~ /,/ ? "  " : "      ") one[i] "  " name " sockets"
            }
            next
        }
        { print }'
end
# __portls_options PROGRAM: completes the options in --help
function __portls_options
    set -l lines (__portls_help $argv[1])
    for i in (seq (count $lines))
        set -l part (string match -r '^  ((?:-.)?)[, ]+--([a-z0-9-]+)((?:\[?=\S*)?) *(.*)$' -- $lines[$i])
        or continue
        set -l option -l $part[3]
        test -n "$part[2]"; and set -a option -s (string sub -s 2 -- $part[2])
        switch $part[4]
            case '=LIST'
                set -a option -x -a '(__portls_list (__portls_kinds column))'
            case '=KEY*'
                set -a option -x -a '(__portls_list none {,-}(__portls_kinds column))'
            case '=DIR'
                set -a option -x -a '(__fish_complete_directories)'
            case '=NS'
                set -a option -x -a "(__portls_netns $argv[1])"
            case '=INTERFACE'
                set -a option -x -a '(__fish_print_interfaces)'
            case '=USER'
                set -a option -x -a '(__fish_complete_users)'
            case '=FILE'
                set -a option -r -F
            case '=WORD'
                set -a option -x -a '(__portls_names)'
            case '=*'
                set -l program portls
                test $argv[1] = portwatch; and set program portwatch
                set -a option -x -a "(__portls_words $program --$part[3])"
        end
        # The description of a long name is on the next line.
        test -n "$part[5]"; or set part[5] (string trim -- $lines[(math $i + 1)])
        complete -c $argv[1] $option -d $part[5]
    end
end
for program in portls portname portwatch portkill
    complete -c $program -f
    __portls_options $program
end
complete -c portwire -F
__portls_options portwire
for program in portls portwatch portkill
    complete -c $program -a '(__portls_filter)'
end
complete -c portname -a '(__portls_names)'
