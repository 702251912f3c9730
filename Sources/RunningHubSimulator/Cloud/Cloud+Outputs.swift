extension Cloud {
    /// Makes the outputs of a task that succeeded.
    mutating func makeOutputs(for task: CloudTask, now: Duration) -> [SimulatorRecord.Output] {
        outputSettings(of: task).enumerated().map { index, output in
            makeOutput(output, index: index, of: task, now: now)
        }
    }

    /// What a task is to make.
    func outputSettings(of task: CloudTask) -> [OutputSettings] {
        task.chosenOutputs ?? settings.results.outputs
    }

    private mutating func makeOutput(
        _ output: OutputSettings,
        index: Int,
        of task: CloudTask,
        now: Duration
    ) -> SimulatorRecord.Output {
        let type = type(of: output, task: task)
        let hostile = output.hostile
        let shown = hostile.type.isEmpty ? output.upperCase ? type.uppercased() : type : hostile.type
        if output.content == .text {
            let address = hostile.address.isEmpty ? nil : hostile.address
            return .init(name: "", url: address, text: output.text, type: shown, bytes: output.text.utf8.count)
        }
        let content = content(of: output, index: index, type: type, task: task)
        let name = newFileName(output, index: index, type: type, now: now)
        let signature = settings.results.signed ? generator.text(32, of: SeededGenerator.hexDigits) : nil
        files[name] = ResultFile(
            taskID: task.record.id,
            name: name,
            content: content,
            contentType: output.contentType.isEmpty ? FileType.contentType(type) : output.contentType,
            madeAt: began + now.components.seconds,
            expires: now + settings.results.lifetime.duration,
            signature: signature,
            hostile: hostile
        )
        let base = settings.results.baseAddress.isEmpty ? baseAddress : settings.results.baseAddress
        let query = signature.map { "?sign=\($0)" } ?? ""
        return .init(
            name: name,
            url: hostile.address.isEmpty ? "\(base)\(Self.path(of: name))\(query)" : hostile.address,
            text: nil,
            type: shown,
            bytes: content.bytes
        )
    }

    /// The path of a result file.
    static func path(of name: String) -> String { "/results/\(folder)/output/\(name)" }

    /// Stands for the account's folder in the object store.
    private static let folder = "b04e28cad0ee39193921a30a2eb4dc00"

    private func type(of output: OutputSettings, task: CloudTask) -> String {
        if !output.type.isEmpty { return output.type }
        switch output.content {
        case .text, .textFile: return "txt"
        case .generated: return "png"
        case .echo: return task.input.flatMap { $0.type.isEmpty ? nil : $0.type } ?? "png"
        }
    }

    private func content(of output: OutputSettings, index: Int, type: String, task: CloudTask) -> ResultContent {
        switch output.content {
        case .echo:
            if let input = task.input, input.content != .discarded { return .upload(input) }
        case .textFile: return .text(output.text)
        case .generated, .text: break
        }
        let seed = (UInt64(task.record.id) ?? 0) &* 31 &+ UInt64(index) &+ UInt64(truncatingIfNeeded: settings.seed)
        return .generated(GeneratedBytes(seed: seed, count: max(output.bytes, 0), type: type))
    }

    /// `ComfyUI_00001_plhjr_1768892915.png`: prefix, counter, five letters, Unix time.
    ///
    /// Drawn again if it exists.
    private mutating func newFileName(_ output: OutputSettings, index: Int, type: String, now: Duration) -> String {
        let counter = String(index + 1)
        let padded = String(repeating: "0", count: max(0, 5 - counter.count)) + counter
        while true {
            let letters = generator.text(5, of: SeededGenerator.letters)
            let name = "\(output.prefix)_\(padded)_\(letters)_\(began + now.components.seconds).\(type)"
            if files[name] == nil { return name }
        }
    }
}
