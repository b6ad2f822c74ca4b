using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Edge.Uplink;
using SensorGrid.Testing;

namespace SensorGrid.Edge.Tests.Uplink;

public sealed class DeadLetterFileTests
{
    [Fact]
    public void A_refused_message_is_kept_whole_with_its_reason()
    {
        using var folder = new TempFolder();
        var letters = new DeadLetterFile(folder.Combine("dead.jsonl"), 1 << 20, new FakeTimeProvider(Some.Instant));
        letters.Append("sensorgrid/v1/water/gw/readings", "PayloadFormatInvalid", "[broken"u8);
        using var line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(folder.Combine("dead.jsonl"))));
        Assert.Equal("PayloadFormatInvalid", line.RootElement.GetProperty("reason").GetString());
        Assert.Equal("[broken"u8.ToArray(), line.RootElement.GetProperty("payload").GetBytesFromBase64());
    }

    [Fact]
    public void Two_files_of_bounded_size_are_the_most()
    {
        using var folder = new TempFolder();
        var letters = new DeadLetterFile(folder.Combine("dead.jsonl"), 10_000, new FakeTimeProvider(Some.Instant));
        for (int i = 0; i < 200; i++)
            letters.Append("t", "r", new byte[500]);
        Assert.Equal(200, letters.Count);
        var files = Directory.GetFiles(folder.Path);
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 12_000));
    }
}
