extension Pipeline {
    /// Who is told of a job's end.
    package struct Hooks: Sendable, Hashable, Codable {
        /// A program and its arguments; empty: none.
        package var program: [String] = []
        /// How long the program may run.
        package var timeout: Duration = .seconds(60)
        /// An address that gets a POST; nothing: none.
        package var url: String?
        /// The name of the credential with which the POST is signed.
        package var credential: String?
        /// What is told.
        package var events: [HookCall.Event] = [.delivered, .failed]

        /// Nobody is told.
        package init() {}

        /// Who is called.
        package var targets: [HookCall.Target] {
            (program.isEmpty ? [] : [.program]) + (url == nil ? [] : [.url])
        }
    }

    /// A program that turns a dropped file into the one that is uploaded.
    package struct Preparation: Sendable, Hashable, Codable {
        /// The program and its arguments, in which ``input`` and ``output`` stand for paths.
        package var program: [String]
        /// The kinds by content that it is run on; empty: all.
        package var kinds: [String] = []
        /// How long it may run.
        package var timeout: Duration = .seconds(600)

        /// What stands in an argument for the path of the dropped file.
        package static let input = "{input}"
        /// What stands in an argument for a path in an empty folder, without a file extension.
        package static let output = "{output}"

        /// This program, on every file.
        package init(program: [String]) {
            self.program = program
        }

        /// By what an upload is known to have been prepared so: the time limit changes nothing of it.
        package var identity: String { (program + ["for"] + kinds).joined(separator: "\u{1F}") }

        /// Whether it is run on a file of this kind.
        package func isFor(_ kind: MediaKind) -> Bool {
            kinds.isEmpty || kind.isAccepted(by: kinds)
        }

        /// The program's arguments for a file.
        package func arguments(input: String, output: String) -> [String] {
            program.dropFirst().map {
                $0.replacing(Self.input, with: input).replacing(Self.output, with: output)
            }
        }
    }
}
