using SensorGrid.Readings.Yaml;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.Tests.Recordings;

public sealed class RecordingDescriptionReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sensorgrid-description-test-").FullName;

    public RecordingDescriptionReaderTests() => File.WriteAllText(Path.Combine(folder, "a.csv"), "at,level\n");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private const string Whole =
        """
        recording: test
        files: a.csv
        time: { column: at, format: "yyyy-MM-ddTHH:mm", offset: "+08:00" }
        datastreams:
          - { column: level, gateway: gw-1, domain: water, name: level, unit: m }
        """;

    private (RecordingDescription? Description, IReadOnlyList<SourceMessage> Messages) Read(string text)
    {
        var messages = new SourceMessages();
        return (RecordingDescriptionReader.Read(Path.Combine(folder, "recording.yaml"), text, messages), messages.ToList());
    }

    [Fact]
    public void A_whole_description_is_read_without_a_word()
    {
        var (description, messages) = Read(Whole);
        Assert.Empty(messages);
        Assert.Equal(TimeSpan.FromHours(8), description!.Time.Offset);
    }

    [Theory]
    [InlineData("recording: test", "recordin: test", 1, 1)]
    [InlineData("files: a.csv", "files: b.csv", 2, 8)]
    [InlineData("files: a.csv", "files: ../a.csv", 2, 8)]
    [InlineData("\"+08:00\"", "Asia/Shanghai", 3, 57)]
    [InlineData("unit: m", "unit: metre", 5, 71)]
    [InlineData("domain: water", "domain: \"wa ter\"", 5, 45)]
    [InlineData("gateway: gw-1", "gateway: gw/1", 5, 31)]
    [InlineData("unit: m", "kind: numbr", 5, 71)]
    [InlineData("unit: m", "scale: two", 5, 72)]
    public void A_mistake_is_told_with_its_place(string right, string wrong, int line, int column)
    {
        var (description, messages) = Read(Whole.Replace(right, wrong, StringComparison.Ordinal));
        Assert.Null(description);
        Assert.Contains(messages, message => (message.Line, message.Column) == (line, column));
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var (_, messages) = Read("files: nothing.csv\ntime: { column: at }\ndatastreams:\n  - { column: level }\n");
        Assert.True(messages.Count >= 6, string.Join("\n", messages));
    }

    [Fact]
    public void A_folder_without_a_description_says_what_is_looked_for() =>
        Assert.Contains("recording.yaml", Assert.Throws<RecordingException>(() => RecordingDescriptionReader.Load(folder)).Message, StringComparison.Ordinal);
}
