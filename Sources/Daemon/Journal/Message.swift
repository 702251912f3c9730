package import Logging

/// Every message that the daemon writes, with the id by which `journalctl -x` finds its explanation in the catalog.
///
/// An id never changes its meaning.
package enum Message: String, Sendable, CaseIterable {
    // Steps of a job's life, each a `Story.Kind`.
    case taken, withdrawn, changed, uploaded, uploadFailed, submitted, refused, notSent, outcomeUnknown, adopted,
        disowned, called, doubted, succeeded,
        taskFailed, overdue, cancelWished, cancelAsked, again, revived, waiting, fetchFailed, planned, delivered,
        failed, cancelled, tidied, joined, parted, expired, leftAlone, hookAnswered, hookFailed, hookGivenUp

    // The daemon's own.
    case starting, ready, stopping, keyRests, keyBack, folderAway, folderBack, ledgerTrouble, answerUncommitted,
        callbackRefused,
        callbackUnstored, callbackMissed, historyLost, held, pollingFolder, fileRefused, fileStuck, pipelineOut,
        configurationWrong,
        noKeys, noPipelines, originalStuck, writtenLate, parametersMoved, diskLow, noControl, noMetrics, spoolTrouble,
        asked, resultsOmitted, reloaded, reloadRefused, stuck, coinsSpent, coinsBack, ledgerUpgraded, notAllowed,
        callbackForged, ended

    /// The message's `MESSAGE_ID`.
    package var id: String {
        switch self {
        case .taken: "d70e881c00e64fa683cb1fa14004d56c"
        case .withdrawn: "a562e55b073441a8aa985169cbb7df5b"
        case .changed: "f5cfab603e03487aad5891e2b13718b4"
        case .uploaded: "7c8900a5d09442a8b150c84eb2e02af1"
        case .uploadFailed: "6d3e9880f51a49fda2855bcf8b5b51eb"
        case .submitted: "067279349470491d9676f3e779c8b84c"
        case .refused: "3921ed12a5b14d05a58be58693459786"
        case .notSent: "dd36bdfc865f47c981946ffbfc7d542b"
        case .outcomeUnknown: "26279ed1932b4f50ad100f0c7bfdf4c6"
        case .adopted: "cc843e3bc009439b83eeb06f94211489"
        case .disowned: "065bd36c0aa6452ca373ac14b9b6b5d4"
        case .called: "36fcd8b872664780a191ddc3c5106bc5"
        case .doubted: "96e24cb25778408aaac59ad820d66a61"
        case .succeeded: "aa947d6382d34a818619b7636cdfc946"
        case .taskFailed: "c722d8c37dfd43b3bbd41172abdc913e"
        case .overdue: "57f41a7fd77c4b2eb96f079385873b42"
        case .cancelWished: "06488277714545ebb333f117e83ffcc2"
        case .cancelAsked: "eb1071c13ec744939d051211519edf8b"
        case .again: "063e4c5f41aa4fa8a985f8b5c1328a56"
        case .revived: "61849823be8c4af39763f6c28aa6ae97"
        case .waiting: "c72fadf31a4645408bf3ad548fb1b2b1"
        case .fetchFailed: "c51421cd5ed34bfa84c22c4a499f4c1e"
        case .planned: "e5116757c9d04b07a72a88c5f970d3c4"
        case .delivered: "c59a0f864eea4410afa8df5ac7a64268"
        case .failed: "b9d1fa19a84b4485bf01c66d2f909752"
        case .cancelled: "87dde7d725f045fbba5c4577aec82355"
        case .tidied: "366f943203454636844f9b14d4592f0f"
        case .joined: "6c9bf1e590b249c5842dd218318297f9"
        case .parted: "cb0dfff2625447d196cd1f01e91c312b"
        case .expired: "a7b0d1a0e5de4f72b75f938066cd4f29"
        case .leftAlone: "2e6d709972df4c6599bd4c5ea6063b35"
        case .hookAnswered: "18cc223cc5824315b26d81e73e364456"
        case .hookFailed: "d4df09c2e54545849ab39803f799f45e"
        case .hookGivenUp: "4cafa32ae96e445eb784797c071a5384"
        case .starting: "bf331c64cbfc4c1ab75e9800aa65ae69"
        case .ready: "db55a88511ef4f699c98caeafbba1fe6"
        case .stopping: "1ec4cd6845d049409d85745a78aa8ccb"
        case .keyRests: "897679765fa44afbbeffe4b9a3bd47c6"
        case .folderAway: "3869cda231b14279a6a7f18bb66ea1ed"
        case .keyBack: "acd80e17ab9943db8d05a7c41a6091ec"
        case .folderBack: "9c02ce187311421eb648032574a00cda"
        case .ledgerTrouble: "ceaf29de6a9842078b9a8a832d83338e"
        case .answerUncommitted: "daeb63762945495088d5d46b73acbbb5"
        case .callbackRefused: "a06d64c3a1034042b2ae41b4718ccd4b"
        case .callbackUnstored: "9220856f9ed448e08b72aec11aafccb8"
        case .callbackMissed: "3a3fc1d4e8d945bdaa34c9deb1bfb0b5"
        case .historyLost: "df60a08e8bf24848b256c608090991a7"
        case .held: "1bb7388012cb413698b95a6971afb8b8"
        case .pollingFolder: "3f122ca79cc84ed184031e9fcea22154"
        case .fileRefused: "0d3a18ebc81c45d7bd3522f8845479ab"
        case .fileStuck: "236610de9988487c8f288fd1b6322c57"
        case .pipelineOut: "000e1c816a234baca67d4832610f19aa"
        case .configurationWrong: "537d7fe172bf4e67ba2219785ad5413b"
        case .noKeys: "2a097fecdd8f42689681c0a538bbe86f"
        case .noPipelines: "7040413da4114a9998527da4a39ded34"
        case .originalStuck: "9d01653cc71f4a158fc267b18230881b"
        case .writtenLate: "6fe4acea9a59451090718cf4380ace92"
        case .parametersMoved: "daac941d7d2945c782aff6adb078142c"
        case .diskLow: "1680619c26a14e0eb85bae563bb48fe7"
        case .noControl: "eec13354c6454e1c84a526db20c4614a"
        case .noMetrics: "329b85326c0c4682adcb0351610de1f1"
        case .asked: "0f8c4de6b7a94c0e9d4fa1a5d2c3b761"
        case .resultsOmitted: "6c752d2a7fc248e38270bd033aae5ecc"
        case .reloaded: "d760497b015b4edeabf26a04db41fc97"
        case .reloadRefused: "964c6443dccf4508b7181362f9ad183b"
        case .stuck: "5e6647e0afcd40be82b005242ec14b63"
        case .coinsSpent: "7feeb9ff606a4298b13209897949f86a"
        case .coinsBack: "4eab28e3ff384c05a039b27a547bada0"
        case .ledgerUpgraded: "d4b56feaea3d45cdbe421c79cab1e731"
        case .spoolTrouble: "4b18c6a822ff450b974d86b021f9c68d"
        case .notAllowed: "ce4af07920d54e3f8909fd1dca6734e8"
        case .callbackForged: "3b2a9156a8634df4a44c510290d7e050"
        case .ended: "51e2d3332c3c4ed0a444412a869d8567"
        }
    }

    /// How much it matters: what needs a person is an error, what they may want to know of a warning, a step a notice or information.
    package var level: Logger.Level {
        switch self {
        case .answerUncommitted, .historyLost, .configurationWrong, .failed, .ledgerTrouble, .reloadRefused, .stuck,
            .ended, .hookGivenUp:
            .error
        case .uploadFailed, .outcomeUnknown, .disowned, .taskFailed, .overdue, .fetchFailed, .keyRests, .folderAway,
            .callbackUnstored, .callbackMissed, .held, .pipelineOut, .noKeys, .noPipelines, .originalStuck, .diskLow,
            .spoolTrouble, .fileStuck, .noControl, .noMetrics, .refused, .notSent, .changed, .writtenLate,
            .resultsOmitted, .coinsSpent, .hookFailed:
            .warning
        case .taken, .submitted, .delivered, .cancelled, .withdrawn, .revived, .again, .adopted, .cancelWished,
            .starting, .ready, .stopping, .keyBack, .folderBack, .pollingFolder, .fileRefused,
            .asked, .reloaded, .joined, .parted, .coinsBack, .ledgerUpgraded, .notAllowed:
            .notice
        case .uploaded, .called, .doubted, .succeeded, .cancelAsked, .waiting, .planned, .tidied, .parametersMoved,
            .expired, .leftAlone, .callbackRefused, .callbackForged, .hookAnswered:
            .info
        }
    }
}
