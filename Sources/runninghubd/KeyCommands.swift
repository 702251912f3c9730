import ArgumentParser
import Daemon
import Glibc
import Jobs

/// `runninghubd key`: the API keys of the accounts that pay.
struct Key: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Stores API keys, and lists their names.",
        subcommands: [Add.self, List.self]
    )

    /// `runninghubd key list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists the names of the stored keys."
        )

        func run() throws {
            do {
                for name in try KeyFolder().names() { Output.line(name) }
            } catch {
                StandardError.write("\(KeyFolder.standard) cannot be read: \(error). Only root may.")
                throw ExitCode.failure
            }
        }
    }

    /// `runninghubd key add NAME`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Asks for an API key, tries it, stores it, and restarts the service if it runs.",
            discussion: "The key is read without echo, or as one line from standard input."
        )

        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "The key's name: it stands for the account in the journal and in pipelines.")
        var name = "main"

        func validate() throws {
            guard KeyFolder.isName(name) else {
                throw ValidationError("A key's name has letters, digits, - and _ only, 64 at most.")
            }
        }

        func run() async throws {
            // Told before somebody looks for the key and types it in.
            guard geteuid() == 0 else { throw fail("Only root may store keys: sudo runninghubd key add \(name)") }
            guard let key = HiddenInput.secret(prompt: "API key of \(name) (not shown): ") else {
                throw fail(
                    "There was no key. It is \(Configuration.keyLength) characters long; copy it from the site's API console."
                )
            }
            let configuration = ConfigurationReader(file: options.config).read().configuration
            let configured = configuration?.api.baseURL ?? Configuration.API().baseURL
            let answers = try await KeyTrial(configured: configured).run(key)
            for answer in answers { Output.line("\(answer.site): \(answer.sentence)") }
            try judge(answers, configured)
            if answers.first?.isKnown == nil { try judgeLength(of: key) }
            try store(key, isTried: answers.first?.isKnown == true)
            if let configuration, configuration.hasNoPipeline {
                Output.line(
                    """
                    There is no pipeline yet. One is written by: sudo runninghubd describe --ai-app ID (or --workflow ID) | \
                    sudo tee \(configuration.pipelinesFolder)/NAME.yaml
                    """
                )
            }
            restart()
        }

        /// Refuses a key that cannot be whole, where nobody can be asked about it.
        private func judgeLength(of key: Secret) throws {
            let length = key.expose().utf8.count
            guard length != Configuration.keyLength else { return }
            throw fail(
                """
                RunningHub could not be asked, and the key has \(length) characters instead of \(Configuration.keyLength): it was not \
                stored. Copy it whole from the site's API console, then again: sudo runninghubd key add \(name)
                """
            )
        }

        private func store(_ key: Secret, isTried: Bool) throws {
            let replaces = (try? KeyFolder().names().contains(name)) == true
            do {
                try KeyFolder().store(key, as: name)
            } catch {
                throw fail("The key could not be stored in \(KeyFolder.standard): \(error).")
            }
            let place = "\(KeyFolder.standard)/\(name)\(replaces ? " in place of the key that was there" : "")"
            Output.line("Stored as \(place)\(isTried ? "" : ", untried: sudo runninghubd check --online").")
        }

        /// Refuses a key that the configured site does not know, with what to do about it.
        private func judge(_ answers: [KeyTrial.Answer], _ configured: String) throws {
            guard answers.first?.isKnown == false else { return }
            if let other = answers.first(where: { $0.isKnown == true }) {
                throw fail(
                    """
                    The key belongs to \(other.site), and was not stored: set base_url: \(other.site) under api: in \(options.config), then \
                    again: sudo runninghubd key add \(name)
                    """
                )
            }
            throw fail(
                "\(configured) refuses the key; it was not stored. Copy it whole from the site's API console, then again: sudo runninghubd key add \(name)"
            )
        }

        /// Keys are read at a start only.
        private func restart() {
            let unit = ConfigurationCheck.unit
            guard let state = Systemctl.run("is-active", unit)?.output.split(separator: "\n").first else { return }
            guard state == "active" || state == "activating" || state == "reloading" else {
                Output.line("Next: sudo systemctl enable --now runninghubd, then: sudo runninghubd check --online")
                return
            }
            if Systemctl.run("try-restart", unit)?.code == 0 {
                Output.line("The service was restarted and uses it.")
            } else {
                StandardError.write("The service was not restarted: sudo systemctl restart runninghubd")
            }
        }

        private func fail(_ sentence: String) -> ExitCode {
            StandardError.write(sentence)
            return .failure
        }
    }
}
