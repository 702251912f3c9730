import Testing

@testable import Daemon

@Suite("Anything for a configuration", .timeLimit(.minutes(1)))
struct MutationTests {
    private static let seeds = [
        """
        api:
          base_url: https://www.runninghub.cn
          keys:
            - { name: main, credential: key_main, concurrency: 1 }
        webhook: { public_url: "https://media.example.com:8443/rh", listen: "[::1]:8787" }
        limits: { upload: 30MB, output: 1.5GiB, private_hosts: ["10.0.0.1:80"] }
        retention: { done: 30d, failed: never }
        inbox: { ignore: ["*.x"], quiet_time: 500ms }
        outbox: { name: "{stem}_{date}" }
        """,
        """
        ai_app: 2016740236478386178
        accept: [jpg, png]
        folders: { inbox: /srv/in }
        nodes:
          - { id: 285, field: image, value: "{file:a}" }
          - id: 6
            field: text
            value: |
              {param:prompt|ä {{literal}}}
          - { id: 3, field: seed, value: -0.5 }
        """,
    ]

    private static let pieces: [[UInt8]] =
        [
            "{", "}", "[", "]", ":", ": ", "- ", "? ", "\n", "  ", "\t", "'", "\"", "&a ", "*a", "!!int ", "|\n", ">\n",
            "#", "\u{FEFF}", "---\n", "...\n",
            "%YAML 1.1\n", "{{", "}}", "{file:", "null", "true", "99999999999999999999", "-", ".", "é", "\\", "\0",
            "\u{85}", "\r", "<<: ",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0x80]]

    @Test("No bytes trap, and every problem has a place within reach.", arguments: [UInt64.random(in: .min ... .max)])
    func mutations(seed: UInt64) {
        var generator = SplitMix(state: seed)
        for round in 0..<3000 {
            var bytes = Array((Self.seeds.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) { mutate(&bytes, &generator) }
            var files = MemoryFiles(["/c/config.yaml": ""])
            let isPipeline = Bool.random(using: &generator)
            files.contents[isPipeline ? "/c/pipelines.d/p.yaml" : "/c/config.yaml"] = bytes
            let reading = ConfigurationReader(file: "/c/config.yaml", files: files, credentialNames: []).read()
            let errors = reading.problems.filter { $0.severity == .error }
            #expect(
                reading.problems.allSatisfy { $0.line >= 1 && $0.column >= 1 && $0.line <= bytes.count + 2 },
                "seed \(seed) round \(round)"
            )
            if isPipeline {
                #expect(reading.configuration != nil, "seed \(seed) round \(round)")
                #expect((reading.configuration?.pipelines.count == 1) == errors.isEmpty, "seed \(seed) round \(round)")
            } else {
                #expect((reading.configuration != nil) == errors.isEmpty, "seed \(seed) round \(round)")
            }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SplitMix) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
        case 1 where place < bytes.count: bytes.remove(at: place)
        case 2:
            let end = min(bytes.count, place + Int.random(in: 0...40, using: &generator))
            bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
        case 3 where place < bytes.count: bytes.removeSubrange(place..<min(bytes.count, place + 20))
        default: bytes.insert(contentsOf: Self.pieces.randomElement(using: &generator) ?? [], at: place)
        }
    }
}

/// A generator that gives the same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
