import RunningHubSimulator

extension HostileAnswer {
    /// Lengths that lie, bodies without an end, encodings.
    static let lengths: [HostileAnswer] = [
        HostileAnswer("`Content-Length` beyond what comes", .putOff(" of 100000 bytes came")) {
            $0.hostile.contentLength = "100000"
        },
        HostileAnswer("`Content-Length` short of what comes", .delivered(["job.png"], bytes: 100)) {
            $0.hostile.contentLength = "100"
        },
        HostileAnswer("`Content-Length` of 9 EB", .refused("larger than the limit of 1000000 bytes")) {
            $0.hostile.contentLength = "9223372036854775807"
        },
        HostileAnswer("`Content-Length` beyond 64 bits", .putOff("The connection broke")) {
            $0.hostile.contentLength = "18446744073709551616"
        },
        HostileAnswer("`Content-Length: -1`", .putOff("The connection broke")) { $0.hostile.contentLength = "-1" },
        HostileAnswer("`Content-Length: 5, 6`", .putOff("The connection broke")) {
            $0.hostile.contentLength = "5, 6"
        },
        HostileAnswer("a body without an end", .refused("larger than the limit of 1000000 bytes")) {
            $0.hostile.endless = true
        },
        HostileAnswer("a body over the limit", .refused("larger than the limit of 1000000 bytes")) {
            $0.bytes = 1_000_001
        },
        // The dropped file is sent back: 256 MB of zeros in 250 KB.
        HostileAnswer(
            "a decompression bomb, `Content-Encoding: gzip`",
            .putOff("an encoding that was not asked for"),
            outputs: [bomb { $0.hostile.contentEncoding = "gzip" }]
        ),
        HostileAnswer(
            "a decompression bomb in two encodings",
            .putOff("an encoding that was not asked for"),
            outputs: [bomb { $0.hostile.contentEncoding = "gzip, br" }]
        ),
        HostileAnswer(
            "a decompression bomb as a file",
            .delivered(["job.gz"]),
            outputs: [bomb { $0.hostile.type = "gz" }]
        ),
    ]

    private static func bomb(_ change: (inout OutputSettings) -> Void) -> OutputSettings {
        var output = OutputSettings(.echo)
        change(&output)
        return output
    }

    /// Types, nodes and numbers of outputs.
    static let contents: [HostileAnswer] =
        [
            "../../../../etc/cron.d/a", "png/../../a", "..", ".htaccess", "sh", "desktop", "exe", "p\u{0}ng",
            "png\n.sh", "\u{1B}[2J", "p\u{202E}gnp", String(repeating: "a", count: 5000),
        ].map { type in
            HostileAnswer("type `\(shown(type))`", .delivered(["job.png"])) { $0.hostile.type = type }
        }
        + [
            HostileAnswer("type `sh` of what is no known format", .delivered(["job.bin"])) {
                $0.type = "xyz"
                $0.hostile.type = "sh"
            },
            HostileAnswer("`Content-Type: application/../../sh`", .delivered(["job.bin"])) {
                $0.type = "xyz"
                $0.hostile.type = "/"
                $0.contentType = "application/../../sh"
            },
        ]
        + [
            ("../../../etc/cron.d/a", "_________etc_cron_d_ajob.png"), (".hidden", "_hiddenjob.png"),
            ("-rf", "_rfjob.png"),
            ("a\u{0}b\n\u{1B}", "a_bjob.png"),
        ].map { node, name in
            HostileAnswer(
                "node `\(shown(node))`",
                .delivered([name]),
                outputs: [output { $0.node = node }],
                isNamedByNode: true
            )
        }
        + [
            HostileAnswer(
                "300 results",
                .delivered(
                    ["job.png"] + (2...256).map { "job-\($0).png" },
                    saying: "44 results more than the 256 that are fetched"
                ),
                outputs: Array(repeating: output { $0.bytes = 16 }, count: 300)
            )
        ]

    private static func shown(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar in
                scalar.value < 0x20 || scalar.value == 0x202E ? "\\u{\(String(scalar.value, radix: 16))}" : "\(scalar)"
            }.joined().prefix(40)
        )
    }
}
