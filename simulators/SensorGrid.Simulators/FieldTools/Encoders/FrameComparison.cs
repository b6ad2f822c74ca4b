using System.Text.Json;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>Whether a frame that was written says what it was to say: only then it is handed on.</summary>
internal static class FrameComparison
{
    private static readonly string[] HeadFields = ["station", "function", "serial", "sentAt"];
    private static readonly string[] ReadingFields = ["code", "name", "value", "unit", "observedAt", "quality"];

    /// <summary>Compares what was said with what came back. Fields that were not said may be anything; readings that come along with others (bits of a word)
    /// may stand between.</summary>
    /// <exception cref="FrameEncodeException">A field differs.</exception>
    public static void Check(JsonElement said, JsonElement back)
    {
        if (!back.GetProperty("ok").GetBoolean())
            throw new FrameEncodeException("$", $"no such frame: {back.GetProperty("error").GetProperty("message").GetString()}");
        CheckFields(said, back, HeadFields, "");
        CheckProblems(said, back);
        CheckReadings(said, back);
    }

    private static void CheckReadings(JsonElement said, JsonElement back)
    {
        if (!said.TryGetProperty("readings", out var readings))
            return;
        JsonElement[] come = [.. back.GetProperty("readings").EnumerateArray()];
        int next = 0;
        int index = 0;
        foreach (var reading in readings.EnumerateArray())
        {
            int found = next;
            while (found < come.Length && !IsSame(reading, come[found], "code") || found < come.Length && !IsSame(reading, come[found], "name"))
                found++;
            if (found == come.Length)
                throw new FrameEncodeException($"readings[{index}]", "it cannot be written in this place of this frame.");
            CheckFields(reading, come[found], ReadingFields, $"readings[{index}].");
            (next, index) = (found + 1, index + 1);
        }
    }

    private static void CheckProblems(JsonElement said, JsonElement back)
    {
        if (!said.TryGetProperty("problems", out var problems))
            return;
        JsonElement[] wanted = [.. problems.EnumerateArray()];
        JsonElement[] come = [.. back.GetProperty("problems").EnumerateArray()];
        for (int i = 0; i < Math.Max(wanted.Length, come.Length); i++)
        {
            if (i >= wanted.Length)
                throw new FrameEncodeException("problems", $"the frame would have one: {come[i].GetRawText()}");
            if (i >= come.Length || !IsSame(wanted[i], come[i], "code"))
                throw new FrameEncodeException($"problems[{i}]", "a frame that has this problem cannot be written: take it from the list, and what it is about from the readings.");
        }
    }

    private static void CheckFields(JsonElement said, JsonElement back, string[] fields, string path)
    {
        foreach (string field in fields)
        {
            if (!IsSame(said, back, field))
                throw new FrameEncodeException(path + field, $"{said.GetProperty(field).GetRawText()} cannot be written: it would come back as {back.GetProperty(field).GetRawText()}.");
        }
    }

    private static bool IsSame(JsonElement said, JsonElement back, string field)
    {
        if (!said.TryGetProperty(field, out var wanted))
            return true;
        if (!back.TryGetProperty(field, out var come))
            return false;
        if (wanted.ValueKind == JsonValueKind.String && field is "sentAt" or "observedAt")
            return come.ValueKind == JsonValueKind.String && wanted.GetDateTimeOffset() == come.GetDateTimeOffset();
        if (wanted.ValueKind == JsonValueKind.Number && come.ValueKind == JsonValueKind.Number)
            return wanted.GetDouble().Equals(come.GetDouble());
        return JsonElement.DeepEquals(wanted, come);
    }
}
