/// A file that was sent to an upload path and read to its end.
struct ReceivedUpload: Sendable {
    /// The key as the client sent it.
    var key: String?
    var fileName: String
    var contentType: String
    /// As the client named it; echoed.
    var fileType: String
    var file: UploadedFile
}

extension Cloud {
    /// Whether an upload's connection is to be cut half way.
    mutating func cutsUploadMidway() -> Bool {
        settings.faults.uploadCutMidway.strikes(&generator)
    }

    /// Notes an upload that ended before its end.
    mutating func uploadFailed(_ reason: String) {
        events.append(.uploadRefused(reason: reason))
    }

    /// Takes or refuses a file.
    ///
    /// `flat` tells whether it came to the v2 path.
    mutating func upload(_ upload: ReceivedUpload, flat: Bool, gate: Gate) -> Answer {
        var entry = SimulatorRecord.Upload(
            name: nil,
            sha256: upload.file.sha256,
            bytes: upload.file.bytes,
            key: key(upload.key)?.name,
            fileName: upload.fileName,
            contentType: upload.contentType,
            fileType: upload.fileType
        )
        defer { record.uploads.append(entry) }
        if let refusal = uploadRefusal(upload, flat: flat, gate: gate) {
            entry.refused = refusal.code
            events.append(.uploadRefused(reason: "\(refusal.code) \(refusal.message)"))
            guard flat, refusal.kind == .business else {
                return gate.passing(refusal.answer(flat: false, settings: settings.answers))
            }
            return gate.passing(
                Answer(
                    body: .json(["code": .int(Int64(refusal.code)), "message": .string(refusal.message), "data": nil])
                )
            )
        }
        let name = uploadName(upload.file, prefix: flat ? "openapi/" : "api/")
        // Contents that were kept once stay, whatever the setting is now.
        if uploads[upload.file.sha256].map({ $0.content == .discarded }) ?? true {
            uploads[upload.file.sha256] = upload.file
        }
        entry.name = name
        entry.answerLost = gate.loss != nil
        events.append(.uploaded(name: name, bytes: upload.file.bytes, key: entry.key ?? ""))
        return gate.passing(
            flat
                ? binaryAnswer(upload, name: name)
                : .envelope(["fileName": .string(name), "fileType": .string(upload.fileType)])
        )
    }

    private func uploadRefusal(_ upload: ReceivedUpload, flat: Bool, gate: Gate) -> Refusal? {
        if let struck = Refusal(gate) { return struck }
        guard key(upload.key) != nil else {
            return flat ? Refusal(1002, "ApiKey verification failed: API Key不存在") : unknownKey(upload.key, flat: false)
        }
        guard upload.file.bytes > 0 else { return Refusal(flat ? 1007 : 301) }
        return upload.file.bytes > settings.uploads.largestFile ? Refusal(flat ? 1008 : 809) : nil
    }

    /// The content's hash with prefix and extension; an archive has neither.
    private func uploadName(_ file: UploadedFile, prefix: String) -> String {
        if file.type.lowercased() == "zip" { return file.sha256 }
        let prefix =
            switch settings.uploads.prefix {
            case .documented: prefix
            case .api: "api/"
            case .none: ""
            }
        return prefix + file.sha256 + (file.type.isEmpty ? "" : "." + file.type)
    }

    /// What `media/upload/binary` says: `message` rather than `msg`, and the size as a string.
    private func binaryAnswer(_ upload: ReceivedUpload, name: String) -> Answer {
        Answer(
            body: .json([
                "code": 0, "message": "success",
                "data": [
                    "type": .string(FileType.kind(upload.file.type)),
                    "download_url": .string("\(baseAddress)/uploads/\(name.contains("/") ? name : "api/\(name)")"),
                    "fileName": .string(name),
                    "size": .string(String(upload.file.bytes)),
                ],
            ])
        )
    }
}
