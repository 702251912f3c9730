internal import Glibc
package import Jobs

/// A parameter file of an inbox, as it was read.
package struct ParameterFile: Sendable, Hashable {
    /// The longest one that is read, in bytes.
    package static let maximumLength = 64 * 1024

    /// Where it lies below the inbox's folder.
    package let path: RelativePath
    /// Which file it is, and in what condition it was when it had been read.
    package let identity: FileIdentity
    /// What is in it.
    package let content: Content

    /// What a parameter file holds.
    package enum Content: Sendable, Hashable {
        /// Its bytes.
        case bytes([UInt8])
        /// It cannot be read, for this reason, a sentence without its end.
        case unusable(Phrase)
    }
}

/// The parameter files that hold for a file or job folder, the outermost first: of two that give the same parameter the later one counts.
///
/// `_params.yaml` of the inbox, then those of the folders on the way (of a job folder its own too), last the one that is for it alone:
/// `NAME.EXT.yaml` beside a file, `job.yaml` in a job folder. Whether they are complete is not told: one that was written a moment ago
/// may still be growing. Blocks.
///
/// - Parameters:
///   - path: Where the file or folder lies below the inbox's folder.
///   - isFolder: Whether it is a job folder.
///   - inbox: The inbox's folder.
/// - Throws: What is no answer: an I/O error, no descriptors left.
/// - Returns: Those that are there.
package func parameterFiles(
    for path: RelativePath,
    isFolder: Bool,
    in inbox: Folder
) throws(SystemError) -> [ParameterFile] {
    let names = isFolder ? path.folders + [path.name] : path.folders
    var found: [ParameterFile] = []
    var folder = inbox
    for depth in 0...names.count {
        do throws(SystemError) {
            if depth > 0 { folder = try folder.folder(names[depth - 1]) }
        } catch {
            // Gone, and with it what the parameters are for.
            guard error.isAbsence else { throw error }
            return found
        }
        let here = Array(names[..<depth])
        found += try folder.parameterFile(ParameterName.everythingName, at: here).map { [$0] } ?? []
        guard depth == names.count else { continue }
        let own = isFolder ? ParameterName.jobFolderName : ParameterName.beside(path.name)
        found += try folder.parameterFile(own, at: here).map { [$0] } ?? []
    }
    return found
}

extension Folder {
    fileprivate func parameterFile(_ name: FileName, at folders: [FileName]) throws(SystemError) -> ParameterFile? {
        guard name.bytes.count <= FileName.maximumLength, let entry = try entry(name) else { return nil }
        let path = RelativePath(folders: folders, name: name)
        do throws(SystemError) {
            guard let bytes = try contents(of: name, limit: ParameterFile.maximumLength) else { return nil }
            // As it is once it has been read: what was read of it is no newer.
            guard let after = try self.entry(name) else { return nil }
            return ParameterFile(path: path, identity: after.identity, content: .bytes(bytes))
        } catch {
            guard let reason = Self.reason(for: error) else { throw error }
            return ParameterFile(
                path: path,
                identity: entry.identity,
                content: .unusable(Phrase { "\(path) \(reason.text(in: $0))" })
            )
        }
    }

    private static func reason(for error: SystemError) -> Phrase? {
        switch error.code {
        case EFBIG: Phrase("is longer than 64 KiB", zh: "超过 64 KiB", ru: "длиннее 64 КиБ")
        case ELOOP: Phrase("is a symbolic link", zh: "是符号链接", ru: "— символическая ссылка")
        case EINVAL, ENXIO, EISDIR: Phrase("is no file", zh: "不是文件", ru: "— не файл")
        case EACCES, EPERM:
            Phrase(
                "may not be read by runninghubd; let its group read it (chmod g+r)",
                zh: "无法被 runninghubd 读取；请给所属组读权限（chmod g+r）",
                ru: "недоступен runninghubd для чтения; дайте группе право на чтение (chmod g+r)"
            )
        default: nil
        }
    }
}
