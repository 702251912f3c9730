import Jobs

/// What a pipeline has to fit to.
struct PipelineSurroundings {
    /// The names of the keys; nothing: not known.
    var keyNames: Set<String>?
    /// The names of the credentials; nothing: not known.
    var credentialNames: Set<String>?
    /// Whether there is an address from which RunningHub can load a file.
    var hasPublicURL: Bool
}

extension PipelineDraft {
    /// What is wrong though each value by itself is right.
    func inconsistencies(_ surroundings: PipelineSurroundings) -> [ConfigurationProblem] {
        var problems = keyProblems(surroundings) + nodeProblems() + formProblems()
        if !surroundings.hasPublicURL, let node = nodes.first(where: { $0.value.usesAddress }) {
            problems.append(
                .init(
                    at: node.position,
                    "{url} needs 'webhook: public_url' in config.yaml: RunningHub loads the file from there, "
                        + "and without it this daemon only polls."
                )
            )
        }
        return problems
    }

    private func keyProblems(_ surroundings: PipelineSurroundings) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        var seen: Set<String> = []
        for key in keys {
            if !seen.insert(key.value).inserted {
                problems.append(
                    .init(at: key.position, "The key \(Quotation.value(key.value) ?? "") stands here twice.")
                )
            } else if let names = surroundings.keyNames, !names.contains(key.value) {
                let better = Suggestion.closest(to: key.value, among: names.sorted()).map { "; did you mean '\($0)'?" }
                let advice = better ?? ". 'runninghubd key add NAME' stores one, 'runninghubd key list' shows them."
                problems.append(
                    .init(at: key.position, "There is no key \(Quotation.value(key.value) ?? "of this name")\(advice)")
                )
            }
        }
        if let accessPassword, let names = surroundings.credentialNames, !names.contains(accessPassword.value) {
            problems.append(
                .init(
                    at: accessPassword.position,
                    "There is no credential of the name that 'access_password' gives; "
                        + "it takes a credential's name, never the password itself."
                )
            )
        }
        return problems
    }

    private func nodeProblems() -> [ConfigurationProblem] {
        var seen: Set<[String]> = []
        return nodes.flatMap { node in
            var problems: [ConfigurationProblem] = []
            if !seen.insert([node.value.id, node.value.field]).inserted {
                problems.append(.init(at: node.position, "This input of this node has a value above already."))
            }
            if node.value.stems.contains(where: { $0.contains("/") }) {
                problems.append(
                    .init(at: node.position, "A stem is a file's name without folder and ending; it has no '/'.")
                )
            }
            return problems
        }
    }

    /// Whether a dropped folder is one job or many follows from the placeholders, unless they say both.
    private func formProblems() -> [ConfigurationProblem] {
        let withStem = nodes.first { !$0.value.stems.isEmpty }
        let withoutStem = nodes.first { $0.value.usesOnlyFile }
        switch (pipeline.folderIs, withStem, withoutStem) {
        case (.auto, let stem?, let other?):
            let place = max(stem.position, other.position)
            return [
                .init(
                    at: place,
                    "Placeholders with and without a stem are mixed: say 'folder_is: job' if a dropped folder is one job, "
                        + "or 'folder_is: batch' if each file in it is."
                )
            ]
        case (.batch, let stem?, nil):
            let message =
                "In a batch each file is a job of its own, so that no other file can be named here; use 'folder_is: job' or {file}."
            return [.init(at: folderIs ?? stem.position, message)]
        default:
            return []
        }
    }

    /// What is possible though hardly meant.
    ///
    /// Asked only where nothing is wrong: a wrong value most often is the one that would help.
    func doubts() -> [ConfigurationProblem] {
        if let node = nodes.first(where: { $0.value.usesText }), !MediaKind.txt.isAccepted(by: pipeline.accept) {
            let message =
                "{text} is the content of a .txt, which this pipeline does not take: write 'accept: [txt]', with what else it takes."
            return [.init(at: node.position, message, severity: .warning)]
        }
        let uses = nodes.contains { $0.value.usesOnlyFile || !$0.value.stems.isEmpty || $0.value.usesParameters }
        guard !uses else { return [] }
        let message =
            "No node uses the dropped file: every file would run the same task. Give one the value \"{file}\", \"{url}\" or \"{text}\"."
        return [.init(at: nodes.first?.position ?? position, message, severity: .warning)]
    }
}

extension Pipeline.Node {
    fileprivate var placeholders: [Template.Placeholder] {
        if case .text(let template) = value { template.placeholders } else { [] }
    }

    /// The stems that its value names.
    ///
    fileprivate var stems: [String] {
        placeholders.compactMap { placeholder in
            switch placeholder {
            case .file(let stem), .url(let stem), .text(let stem): stem
            case .name, .stem, .seed, .parameter: nil
            }
        }
    }

    /// Whether its value is made of the job's only file.
    fileprivate var usesOnlyFile: Bool {
        placeholders.contains { [.file(stem: nil), .url(stem: nil), .text(stem: nil)].contains($0) }
    }

    fileprivate var usesText: Bool {
        placeholders.contains { if case .text = $0 { true } else { false } }
    }

    fileprivate var usesAddress: Bool {
        placeholders.contains { if case .url = $0 { true } else { false } }
    }

    /// Whether its value differs from job to job by what stands beside the file.
    fileprivate var usesParameters: Bool {
        placeholders.contains { if case .parameter = $0 { true } else { $0 == .name || $0 == .stem } }
    }
}
