package import Jobs

/// For what a parameter file is meant, by its name.
package enum ParameterName: Sendable, Hashable {
    /// `NAME.EXT.yaml`: for the file of this name beside it.
    case file(FileName)
    /// `job.yaml`: for the job folder that it lies in.
    case jobFolder
    /// `_params.yaml`: for everything in its folder and below.
    case everything

    /// Ends the names of parameter files.
    package static let suffix = ".yaml"
    /// The parameters of a job folder.
    package static let jobFolderName = FileName(cleaning: "job.yaml".utf8)
    /// The parameters of everything in a folder.
    package static let everythingName = FileName(cleaning: "_params.yaml".utf8)

    /// Reads a file's name; nothing for what is no parameter file.
    package init?(_ name: FileName) {
        switch name {
        case Self.jobFolderName: self = .jobFolder
        case Self.everythingName: self = .everything
        default:
            let suffix = Array(Self.suffix.utf8)
            guard name.bytes.suffix(suffix.count) == suffix[...] else { return nil }
            guard !Self.isReserved(name.stem), let owner = FileName(bytes: name.stem) else { return nil }
            self = .file(owner)
        }
    }

    /// The name of the parameter file beside a file.
    package static func beside(_ name: FileName) -> FileName {
        FileName(cleaning: name.bytes + Array(suffix.utf8))
    }

    /// The name that somebody meant who wrote `.yml`, or capitals; nothing where the name has nothing of a parameter file.
    static func corrected(_ name: FileName) -> FileName? {
        let fileExtension = name.fileExtension.map(lowercased)
        guard let end = ["yml", "yaml"].first(where: { $0.utf8.elementsEqual(fileExtension) }) else { return nil }
        let stem = name.stem
        let owner = FileName(bytes: stem)
        let isReserved = isReserved(stem)
        // A `.yml` that goes with no file is a file like any other.
        guard isReserved || end == "yaml" || owner?.fileExtension.isEmpty == false else { return nil }
        return FileName(cleaning: (isReserved ? stem.map(lowercased) : stem) + Array(suffix.utf8))
    }

    private static func isReserved(_ stem: [UInt8]) -> Bool {
        ["job", "_params"].contains { $0.utf8.elementsEqual(stem.map(lowercased)) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
    }

    /// What it is, as the end of a sentence that begins with «Not taken: ».
    var phrase: Phrase {
        switch self {
        case .file(let name):
            Phrase(
                "it has the parameters for \(name) and is taken with it",
                zh: "它是 \(name) 的参数文件，会随 \(name) 一起处理",
                ru: "в нём параметры для \(name), он берётся вместе с этим файлом"
            )
        case .jobFolder:
            Phrase(
                "it has the parameters for the folder that it lies in and is taken with it",
                zh: "它是所在文件夹的参数文件，会随文件夹一起处理",
                ru: "в нём параметры папки, в которой он лежит, он берётся вместе с ней"
            )
        case .everything:
            Phrase(
                "it has the parameters for everything in its folder",
                zh: "它是所在文件夹中所有内容的参数文件",
                ru: "в нём параметры для всего, что лежит в этой папке"
            )
        }
    }
}
