internal import Glibc
internal import Jobs

/// Brings one job's notes to their place in `failed/`, from hidden names of the job's own.
///
/// All functions block.
struct NotePlacing {
    let original: Original
    /// The folder that the original lies in, or would.
    let folder: Folder

    private static let suffixes = [ErrorNotes.textSuffix, ErrorNotes.jsonSuffix]

    /// Writes the notes under their hidden names, on disk when this returns.
    func stage(_ notes: ErrorNotes) throws(SystemError) {
        try folder.write(notes.text, to: original.hiddenName(ErrorNotes.textSuffix))
        try folder.write(notes.json, to: original.hiddenName(ErrorNotes.jsonSuffix))
        try folder.synchronize()
    }

    /// Puts them beside the original.
    ///
    /// Its name was chosen so that theirs were free; what stands there is from an earlier call.
    func put(beside name: FileName) throws(SystemError) {
        for suffix in Self.suffixes {
            let (old, new) = (original.hiddenName(suffix).bytes, ErrorNotes.noteName(name, suffix).bytes)
            try folder.calls.rename(old, in: folder.descriptor, to: new, in: folder.descriptor, flags: 0)
        }
        try folder.synchronize()
    }

    /// Puts them where the original would lie, under the lowest number that is free; an earlier call's are replaced.
    func putAlone() throws(SystemError) {
        let reserve = ErrorNotes.jsonSuffix.utf8.count
        let name = original.place.name
        let number = try folder.firstFreeNumber { number in
            let numbered = name.numbered(number, leaving: reserve)
            return [numbered] + Self.suffixes.map { ErrorNotes.noteName(numbered, $0) }
        }
        try put(beside: try ownNotes(below: number) ?? name.numbered(number, leaving: reserve))
    }

    /// The name beside which this job's notes already lie.
    private func ownNotes(below number: Int) throws(SystemError) -> FileName? {
        for number in 1..<max(1, number) {
            let name = original.place.name.numbered(number, leaving: ErrorNotes.jsonSuffix.utf8.count)
            if try ErrorNotes.job(beside: name, in: folder) == original.job { return name }
        }
        return nil
    }

    /// Removes the hidden ones.
    func discard() throws(SystemError) {
        for suffix in Self.suffixes { try folder.remove(original.hiddenName(suffix)) }
    }
}
