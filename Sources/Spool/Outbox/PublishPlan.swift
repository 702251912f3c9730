package import Jobs

/// Which staged file becomes which visible one, and in what order.
///
/// Committed before the first of them is renamed.
///
/// A value. From the moment it is committed, what is no longer staged counts as published, even where it can no longer be seen: a person
/// may have taken it away at once.
package struct PublishPlan: Sendable, Hashable, Codable {
    /// The job.
    package let job: JobID
    /// The folders below the pipeline's outbox in which the results appear; empty for the outbox itself.
    package let path: [FileName]
    /// In the layout `folder` the folder that appears whole.
    package let folder: FileName?
    /// The files in the order in which they are renamed, the manifest last.
    package let items: [Item]
    /// Which number the names bear, so that a plan that has to give way goes on behind it.
    package let number: Int
    /// How many plans this job had before this one.
    package let revision: Int

    /// One file.
    package struct Item: Sendable, Hashable, Codable {
        /// Its name in the staging folder.
        package let staged: FileName
        /// The name that people see.
        package let final: FileName

        /// A file of this staged name and this visible one.
        package init(staged: FileName, final: FileName) {
            self.staged = staged
            self.final = final
        }
    }

    /// A job's first plan.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - path: The folders below the outbox.
    ///   - names: Names that are free in the outbox.
    ///   - staged: The results' names in the staging folder, in the order of `names.outputs`.
    ///   - manifest: The manifest's name in the staging folder, as `Staging.writeManifest` gave it for revision 0.
    package init(job: JobID, path: [FileName], names: FreeNames, staged: [FileName], manifest: FileName) {
        self.job = job
        self.path = path
        folder = names.names.folder
        items =
            zip(staged, names.names.outputs).map { Item(staged: $0, final: $1) }
            + [Item(staged: manifest, final: names.names.manifest)]
        number = names.number
        revision = 0
    }

    private init(giving plan: PublishPlan, folder: FileName?, items: [Item], number: Int) {
        job = plan.job
        path = plan.path
        self.folder = folder
        self.items = items
        self.number = number
        revision = plan.revision + 1
    }

    /// The results' visible names, as the manifest has to tell them: in the layout `folder` those inside the folder.
    package var outputs: [FileName] { items.dropLast().map(\.final) }

    /// Where people see the files, below the pipeline's outbox, the manifest last.
    package var visiblePaths: [RelativePath] {
        items.map { RelativePath(folders: path + [folder].compactMap(\.self), name: $0.final) }
    }

    /// The plan for the case that a stranger's file has meanwhile taken one of the names.
    ///
    /// What is published keeps its name; all the rest get those of another number. The manifest has to be written anew, from
    /// `outputs` of the plan that this gives, before that plan is committed; it is staged under a name of its own, so that neither plan
    /// can ever publish the other's manifest.
    ///
    /// - Parameters:
    ///   - names: Free names of a higher number.
    ///   - published: Which items are no longer staged, as `Publication.nameTaken` told.
    /// - Returns: The next plan; its manifest is staged by `Staging.writeManifest` with the plan's `revision`.
    package func moved(to names: FreeNames, keeping published: Set<Int>) -> PublishPlan {
        let manifest = Item(staged: Staging.manifestName(revision + 1), final: names.names.manifest)
        let finals = names.names.outputs
        let outputs = items.dropLast().enumerated().map { index, item in
            published.contains(index) || !finals.indices.contains(index)
                ? item : Item(staged: item.staged, final: finals[index])
        }
        return PublishPlan(giving: self, folder: names.names.folder, items: outputs + [manifest], number: names.number)
    }
}

/// Names that were free when they were looked for, with their number.
package struct FreeNames: Sendable, Hashable, Codable {
    /// The number that they bear; 1 is none.
    package let number: Int
    /// The names.
    package let names: OutputNames.Names

    /// Names of this number.
    package init(number: Int, names: OutputNames.Names) {
        self.number = number
        self.names = names
    }
}
