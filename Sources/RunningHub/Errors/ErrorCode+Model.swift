import Jobs

extension ErrorCode {
    /// Codes of the models that apps call.
    static let model: [ErrorCode] = [
        ErrorCode(
            1501,
            nil,
            Phrase(
                "RunningHub's content moderation refused this job.",
                zh: "RunningHub 的内容审核拒绝了这个任务。",
                ru: "Модерация RunningHub отклонила это задание."
            ),
            hint: Phrase(
                "Change the picture or the text: the same content will be refused again.",
                zh: "请更换图片或文字：同样的内容会再次被拒绝。",
                ru: "Измените картинку или текст: то же самое содержимое снова будет отклонено."
            ),
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            1504,
            nil,
            Phrase("The model took too long.", zh: "模型运行时间过长。", ru: "Модель работала слишком долго."),
            hint: Phrase("Retry later.", zh: "请稍后重试。", ru: "Повторите позже."),
            failure: .mayPass
        ),
        ErrorCode(
            1505,
            nil,
            Phrase(
                "The model does not accept pictures of real persons.",
                zh: "该模型不接受真人图片。",
                ru: "Модель не принимает изображения реальных людей."
            ),
            hint: Phrase(
                "Use a picture without a real person.",
                zh: "请使用不含真人的图片。",
                ru: "Возьмите картинку без реальных людей."
            ),
            submit: .nothingCreated(.permanent)
        ),
    ]
}
