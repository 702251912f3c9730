/// A folder whose `*.yaml` files are read in the order of their names.
struct SettingFolder {
    let path: String

    /// A file that counts.
    struct Entry {
        var path: String
        /// The file's name without `.yaml`.
        var name: String
    }

    /// What a folder holds.
    struct Listing {
        var files: [Entry] = []
        var problems: [ConfigurationProblem] = []
        var isMissing = false
    }

    /// Lists the folder.
    ///
    /// `*.yml`, which somebody surely meant to be read, is told; all else but `*.yaml`, and what is hidden, is none of ours.
    func list(_ files: any ConfigurationFiles) -> Listing {
        var listing = Listing()
        do {
            for name in try files.names(in: path) { add(name, to: &listing) }
        } catch {
            listing.isMissing = error.isMissing
            if !error.isMissing {
                listing.problems.append(
                    .init(at: SourcePosition(file: path), "The folder cannot be read: \(error.message).")
                )
            }
        }
        listing.files.sort { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
        return listing
    }

    private func add(_ bytes: [UInt8], to listing: inout Listing) {
        guard bytes.first != UInt8(ascii: ".") else { return }
        let ending = bytes.lastIndex(of: UInt8(ascii: ".")).map { String(decoding: bytes[$0...], as: UTF8.self) } ?? ""
        guard [".yaml", ".yml"].contains(ending.lowercased()) else { return }
        guard let name = String(validating: bytes, as: UTF8.self) else {
            let shown = String(decoding: bytes, as: UTF8.self)
            listing.problems.append(
                .init(at: SourcePosition(file: path + "/" + shown), "The file's name is not UTF-8.")
            )
            return
        }
        let entry = Entry(path: path + "/" + name, name: String(name.dropLast(ending.count)))
        if ending == ".yaml" {
            listing.files.append(entry)
        } else {
            let message = "Only files that end in '.yaml' are read: rename it to '\(entry.name).yaml'."
            listing.problems.append(.init(at: SourcePosition(file: entry.path), Quotation.printable(message)))
        }
    }
}
