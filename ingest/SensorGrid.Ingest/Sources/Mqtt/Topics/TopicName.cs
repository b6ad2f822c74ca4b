using System.Text;

namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>Rules for the text of topic names and filters (MQTT 5 4.7.3).</summary>
internal static class TopicName
{
    /// <summary>What keeps a text from being the topic of a message.</summary>
    public static TopicProblem Check(ReadOnlySpan<char> topic, TopicLimits limits)
    {
        var problem = CheckText(topic, topic, limits);
        return problem != TopicProblem.None ? problem
            : topic.ContainsAny('+', '#') ? TopicProblem.WildcardMisplaced
            : TopicProblem.None;
    }

    /// <summary>What names and filters have in common.</summary>
    /// <param name="text">All of it, for its length and characters.</param>
    /// <param name="path">The part that has levels.</param>
    /// <param name="limits">Limits.</param>
    internal static TopicProblem CheckText(ReadOnlySpan<char> text, ReadOnlySpan<char> path, TopicLimits limits)
    {
        if (path.IsEmpty)
            return TopicProblem.Empty;
        // A character is at least one byte: this keeps the scans below short.
        if (text.Length > limits.MaxBytes)
            return TopicProblem.TooLong;
        if (text.Contains('\0') || HasLoneSurrogate(text))
            return TopicProblem.ForbiddenCharacter;
        if (Encoding.UTF8.GetByteCount(text) > limits.MaxBytes)
            return TopicProblem.TooLong;
        return path.Count('/') + 1 > limits.MaxLevels ? TopicProblem.TooDeep : TopicProblem.None;
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            return false;
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int consumed) != System.Buffers.OperationStatus.Done)
                return true;
            text = text[consumed..];
        }
        return false;
    }
}
