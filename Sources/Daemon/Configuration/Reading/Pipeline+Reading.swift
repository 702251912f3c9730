import Jobs

/// A pipeline as its file has it, with the places that later checks point at.
struct PipelineDraft {
    var pipeline: Pipeline
    /// Each with the place of its value.
    var nodes: [Located<Pipeline.Node>]
    var keys: [Located<String>]
    var accessPassword: Located<String>?
    /// The places of folders that stand elsewhere, by their key.
    var folders: [String: SourcePosition]
    /// Of `folder_is`, where the file has it.
    var folderIs: SourcePosition?
    /// Of the file.
    var position: SourcePosition
}

extension PipelineDraft {
    /// Reads a pipeline's file merged over the general settings; nothing where it does not say what is to run.
    init?(reading reader: inout SettingReader, name: String) {
        let target = Pipeline.Target(reading: &reader)
        var pipeline = Pipeline(name: name, target: target ?? .workflow(""))
        pipeline.readCloud(&reader)
        if case .aiApp = target, pipeline.api == .v1Params, let place = reader.position(of: "api") {
            reader.problem("'api: v1-params' runs workflows only; an AI app takes v2 or v1.", at: place)
        }
        accessPassword = reader.optional("access_password", .credential)
        pipeline.accessPassword = accessPassword?.value
        keys = reader.list("keys", of: .keyName)
        pipeline.keys = keys.map(\.value)
        pipeline.readWork(&reader)
        folderIs = reader.position(of: "folder_is")
        folders = reader.section("folders") { pipeline.readFolders(&$0) }
        nodes = (reader.maps("nodes", Pipeline.Node.read) ?? []).map(\.value)
        pipeline.nodes = nodes.map(\.value)
        pipeline.take(Configuration.General(reading: &reader))
        position = reader.position
        guard target != nil else { return nil }
        self.pipeline = pipeline
    }
}

extension Pipeline.Target {
    fileprivate init?(reading reader: inout SettingReader) {
        let app = reader.unlisted("ai_app", .id)
        let workflow = reader.unlisted("workflow", .id)
        switch (reader.position(of: "ai_app") != nil, reader.position(of: "workflow") != nil) {
        case (true, true):
            reader.problem(
                "A pipeline runs an 'ai_app' or a 'workflow', not both.",
                at: reader.position(of: "workflow")
            )
            return nil
        case (false, false):
            reader.problem("What is to run is missing: write 'ai_app: ID' or 'workflow: ID'.")
            return nil
        default: break
        }
        guard let target = app.map({ Self.aiApp($0.value) }) ?? workflow.map({ .workflow($0.value) }) else {
            return nil
        }
        self = target
    }
}

extension Pipeline {
    fileprivate mutating func readCloud(_ reader: inout SettingReader) {
        api = reader.value("api", .choice, default: api)
        upload = reader.value("upload", .choice, default: upload)
        instanceType = reader.value("instance_type", .choice, default: instanceType)
        usePersonalQueue = reader.value("use_personal_queue", .boolean, default: usePersonalQueue)
        metadata = reader.value("metadata", .boolean, default: metadata)
    }

    fileprivate mutating func readWork(_ reader: inout SettingReader) {
        accept = reader.list("accept", of: .fileKind).map(\.value)
        folderIs = reader.value("folder_is", .choice, default: folderIs)
        timeout = reader.value("timeout", .duration(.seconds(1)...days(30)), default: timeout)
        queueTimeout = reader.value("queue_timeout", .duration(.seconds(1)...days(30)), default: queueTimeout)
        retries = reader.value("retries", .integer(0...100), default: retries)
        group = reader.value("group", .group, default: group)
    }

    fileprivate mutating func readFolders(_ reader: inout SettingReader) -> [String: SourcePosition] {
        let inbox = reader.optional("inbox", .absolutePath)
        let outbox = reader.optional("outbox", .absolutePath)
        let done = reader.optional("done", .absolutePath)
        let failed = reader.optional("failed", .absolutePath)
        (folders.inbox, folders.outbox) = (inbox?.value, outbox?.value)
        (folders.done, folders.failed) = (done?.value, failed?.value)
        return ["inbox": inbox, "outbox": outbox, "done": done, "failed": failed].compactMapValues { $0?.position }
    }

    fileprivate mutating func take(_ general: Configuration.General) {
        inbox = general.inbox
        limits = general.limits
        outbox = general.outbox
        afterDelivery = general.afterDelivery
        retention = general.retention
        duplicates = general.duplicates
        spending = general.spending
        hooks = general.hooks
        prepare = general.prepare
    }
}

extension Pipeline.Node {
    fileprivate static func read(_ reader: inout SettingReader) -> Located<Self>? {
        let id = reader.required("id", .nodeID)
        let field = reader.required("field", .field)
        if let field, Quotation.isSensitive(key: field.value) { reader.hideValues() }
        let value = Pipeline.NodeValue(reading: &reader)
        guard let id, let field, let value else { return nil }
        let position = reader.position(of: "value") ?? reader.position
        return Located(value: Self(id: id.value, field: field.value, value: value), position: position)
    }
}

extension Pipeline.NodeValue {
    fileprivate init?(reading reader: inout SettingReader) {
        guard let located = reader.scalar("value") else {
            if reader.position(of: "value") == nil {
                reader.problem(
                    "'value' is missing; it must be a text such as \"{file}\", a number, true or false. \"\" is an empty text."
                )
            }
            return nil
        }
        let scalar = located.value
        guard let value = Self.read(scalar, &reader, at: located.position) else { return nil }
        self = value
        let yaml =
            switch value {
            case .text: YAMLText.quoted(scalar.text)
            case .integer, .number, .boolean: scalar.text
            }
        reader.show("value", reader.isSensitive("value") ? "<redacted>" : yaml, located.position)
    }

    private static func read(
        _ scalar: SettingScalar,
        _ reader: inout SettingReader,
        at position: SourcePosition
    ) -> Self? {
        switch scalar.meaning {
        case .boolean(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .fraction(let value): return .number(value)
        case .outOfRange:
            reader.problem("'value' is too large for a number; in quotes it is sent as a text.", at: position)
            return nil
        case .text: break
        }
        do {
            return .text(try Template(parsing: scalar.text))
        } catch {
            let place = scalar.position(ofUTF8Offset: error.offset) ?? position
            let isHidden = reader.isSensitive("value") || Quotation.looksSecret(scalar.text)
            reader.problem(
                isHidden ? "The placeholders of this value cannot be read." : Quotation.printable(error.message),
                at: place
            )
            return nil
        }
    }
}
