extension Pipeline {
    /// What a folder must hold to be one job.
    package struct JobFolder: Sendable, Hashable {
        /// The stems of the files that the nodes name, in the nodes' order, each once.
        package var stems: [String]
        /// Whether one further file is needed, for the placeholders without a stem.
        package var hasOther: Bool

        /// A folder with files of these stems, and perhaps one more file.
        package init(stems: [String], hasOther: Bool = false) {
            self.stems = stems
            self.hasOther = hasOther
        }
    }

    /// What a folder must hold to be one job of this pipeline; nothing where every file is a job of its own.
    package var jobFolder: JobFolder? {
        let stems = inputUses.map(\.stem)
        let named = stems.filter { !$0.isEmpty }
        switch folderIs {
        case .batch: return nil
        case .auto where named.isEmpty: return nil
        case .job, .auto: return JobFolder(stems: named, hasOther: named.count < stems.count)
        }
    }

    /// How the nodes use one of a job's files.
    package struct InputUse: Sendable, Hashable {
        /// The stem that names it; empty for the only file, or the further file of a job folder.
        package let stem: String
        /// Whether its name on RunningHub is asked for, so that it has to be uploaded.
        package var isUploaded = false
        /// Whether its address on the daemon's own listener is asked for.
        package var isServed = false
        /// Whether its content is asked for as a text.
        package var isText = false
    }

    /// Which of a job's files the nodes use, and how, in the nodes' order.
    package var inputUses: [InputUse] {
        var uses: [InputUse] = []
        func use(_ stem: String?, _ change: (inout InputUse) -> Void) {
            let stem = stem ?? ""
            let index = uses.firstIndex { $0.stem == stem } ?? uses.endIndex
            if index == uses.endIndex { uses.append(InputUse(stem: stem)) }
            change(&uses[index])
        }
        for placeholder in placeholders {
            switch placeholder {
            case .file(let stem): use(stem) { $0.isUploaded = true }
            case .url(let stem): use(stem) { $0.isServed = true }
            case .text(let stem): use(stem) { $0.isText = true }
            case .name, .stem, .seed, .parameter: break
            }
        }
        return uses
    }

    /// How the nodes use the file of this stem.
    package func use(of stem: String) -> InputUse {
        inputUses.first { $0.stem == stem } ?? InputUse(stem: stem)
    }

    /// Whether a file has to be uploaded before a task can be started.
    package var needsUpload: Bool { inputUses.contains(where: \.isUploaded) }

    /// The stems of the files that have to be uploaded before a task can be started.
    fileprivate var uploadedStems: Set<String> { Set(inputUses.filter(\.isUploaded).map(\.stem)) }

    /// The keys of all parameters that the nodes ask for.
    package var parameterKeys: [String] {
        placeholders.compactMap { placeholder in
            if case .parameter(let key, _) = placeholder { key } else { nil }
        }
    }

    /// The keys of the parameters that have no default, in the nodes' order, each once.
    package var requiredParameters: [String] {
        var keys: [String] = []
        for case .parameter(let key, default: nil) in placeholders where !keys.contains(key) { keys.append(key) }
        return keys
    }

    private var placeholders: [Template.Placeholder] {
        nodes.flatMap { node -> [Template.Placeholder] in
            if case .text(let template) = node.value { template.placeholders } else { [] }
        }
    }
}

extension Job {
    /// Whether an upload has all of the job's files that a pipeline's nodes ask for by their names on RunningHub.
    package func hasAllUploaded(in upload: Upload, for pipeline: Pipeline) -> Bool {
        let others = sources.map(\.stem).filter { upload.remoteNames[$0] == nil }
        // What a pipeline asks for is found by reading its nodes: not for each job whose files are all there.
        return others.isEmpty || pipeline.uploadedStems.isDisjoint(with: others)
    }
}
