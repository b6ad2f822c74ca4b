using System.Text;
using SensorGrid.Storage.LineProtocol;

namespace SensorGrid.Storage.Tests.LineProtocol;

/// <summary>What a store refuses: kept on disk, bounded, sent again on demand.</summary>
public class DeadLetterTests
{
    private const string Conflict = """{"code":"unprocessable entity","message":"field type conflict"}""";

    [Fact]
    public async Task What_the_store_refuses_is_on_disk_with_reason_and_log_record()
    {
        using var rig = new WriterRig();
        RefuseNegatives(rig);

        await SendAsync(rig, 7, 1, -2, 3);

        var letter = Assert.Single(rig.DeadLetters);
        Assert.Equal((7, "422: field type conflict"), (letter.Sequence, letter.Reason));
        Assert.Contains(" value=-2,", Encoding.UTF8.GetString(letter.Line), StringComparison.Ordinal);
        Assert.EndsWith("000000000007-0000.jsonl", Assert.Single(rig.DeadLetterFiles), StringComparison.Ordinal);
        Assert.Equal((2, 1, 4096), (rig.Writer.State.Accepted, rig.Writer.State.Dead, rig.Writer.State.DeadLetterBytes));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(rig.DeadLetterPath));
    }

    [Fact]
    public async Task Resending_removes_what_is_accepted_and_keeps_what_is_refused_again()
    {
        using var rig = new WriterRig();
        RefuseNegatives(rig);
        await SendAsync(rig, 1, -1, -2, -3);
        await SendAsync(rig, 2, -4);
        rig.Store.Otherwise = request => Answer(request.Text.Contains("value=-2,", StringComparison.Ordinal));

        var result = await rig.ResendAsync();

        Assert.Equal(new ResendResult(3, 1, 0, "422: field type conflict"), result);
        Assert.Contains(" value=-2,", Encoding.UTF8.GetString(Assert.Single(rig.DeadLetters).Line), StringComparison.Ordinal);
        rig.Store.Otherwise = null;
        Assert.Equal(new ResendResult(1, 0, 0, null), await rig.ResendAsync());
        Assert.Empty(rig.DeadLetterFiles);
        Assert.Equal(new ResendResult(0, 0, 0, null), await rig.ResendAsync());
        // The service sees that they are gone.
        Assert.Equal(2 * 4096, rig.Writer.State.DeadLetterBytes);
        rig.Writer.CountDeadLetters();
        Assert.Equal(0, rig.Writer.State.DeadLetterBytes);
    }

    [Fact]
    public async Task Resending_to_a_store_that_is_away_gives_up_and_loses_nothing()
    {
        using var rig = new WriterRig();
        RefuseNegatives(rig);
        await SendAsync(rig, 1, -1, -2);
        await SendAsync(rig, 2, -3);
        rig.Store.Otherwise = _ => new(503, "", []);

        var resending = rig.ResendAsync();
        await rig.Clock.PassPauseAsync();
        await rig.Clock.PassPauseAsync();
        var result = await resending;

        Assert.Equal((0, 0, 3), (result.Accepted, result.Refused, result.Unsent));
        Assert.Contains("busy", result.Problem, StringComparison.Ordinal);
        Assert.Equal(3, rig.DeadLetters.Count());
    }

    [Fact]
    public async Task The_service_may_add_while_somebody_sends_again()
    {
        using var rig = new WriterRig();
        RefuseNegatives(rig);
        await SendAsync(rig, 1, -1);
        rig.Store.Otherwise = _ => new(503, "", []);
        var resending = rig.ResendAsync();
        var pause = await rig.Clock.PauseAsync();
        RefuseNegatives(rig);
        await SendAsync(rig, 2, -2);
        rig.Store.Otherwise = null;
        rig.Clock.Advance(pause);

        Assert.Equal(1, (await resending).Accepted);
        Assert.Equal(2, Assert.Single(rig.DeadLetters).Sequence);
    }

    [Fact]
    public async Task Two_do_not_send_again_at_once()
    {
        using var rig = new WriterRig();
        RefuseNegatives(rig);
        await SendAsync(rig, 1, -1);
        rig.Store.Then(503);
        var first = rig.ResendAsync();
        var pause = await rig.Clock.PauseAsync();

        await Assert.ThrowsAsync<IOException>(rig.ResendAsync);

        rig.Clock.Advance(pause);
        await first;
    }

    [Fact]
    public async Task A_file_that_somebody_damaged_is_named_and_left_and_the_others_are_sent()
    {
        using var rig = new WriterRig();
        RefuseNegatives(rig);
        await SendAsync(rig, 1, -1);
        await SendAsync(rig, 2, -2);
        File.AppendAllText(rig.DeadLetterFiles[0], "{\"sequence\":");
        rig.Store.Otherwise = null;

        var result = await rig.ResendAsync();

        Assert.Equal(1, result.Accepted);
        Assert.Contains("000000000001-0000.jsonl, line 2", result.Problem, StringComparison.Ordinal);
        Assert.Single(rig.DeadLetterFiles);
    }

    [Fact]
    public async Task When_dead_letters_are_full_the_store_gets_nothing_more_until_there_is_room()
    {
        // Room for two files of a block each.
        using var rig = new WriterRig(change: options => options with { DeadLetterBytes = 64 * 1024, BatchBytes = 4096 });
        RefuseNegatives(rig);
        for (int sequence = 1; sequence <= 16; sequence++)
            await SendAsync(rig, sequence, -sequence);
        Assert.Equal(64 * 1024, rig.Writer.State.DeadLetterBytes);

        var held = SendAsync(rig, 17, -17);
        var pause = await rig.Clock.PauseAsync();

        Assert.Contains("DeadLetterBytes", rig.Writer.State.Problem, StringComparison.Ordinal);
        Assert.Contains("resend", rig.Writer.State.Problem, StringComparison.Ordinal);
        Assert.Equal(16, rig.DeadLetters.Count());
        File.Delete(rig.DeadLetterFiles[0]);
        rig.Clock.Advance(pause);
        await held;
        Assert.Null(rig.Writer.State.Problem);
        Assert.Equal(Enumerable.Range(2, 16).Select(sequence => (long)sequence), rig.DeadLetters.Select(letter => letter.Sequence));
    }

    [Fact]
    public async Task Dead_letters_that_cannot_be_written_hold_the_store_and_end_nothing()
    {
        using var rig = new WriterRig();
        RefuseNegatives(rig);
        // A file stands where the folder should be.
        string parent = Path.GetDirectoryName(rig.DeadLetterPath)!;
        File.WriteAllText(parent, "");

        var held = SendAsync(rig, 1, -1);
        var pause = await rig.Clock.PauseAsync();

        Assert.Contains("cannot be written", rig.Writer.State.Problem, StringComparison.Ordinal);
        File.Delete(parent);
        rig.Clock.Advance(pause);
        await held;
        Assert.Single(rig.DeadLetters);
    }

    [Fact]
    public void A_line_that_is_no_text_survives_the_file()
    {
        var letter = new DeadLetter(5, "because \"of\" 水", [0x66, 0xFF, 0x00]);
        using var stream = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(stream))
            letter.WriteTo(json);

        var read = DeadLetter.Read(stream.ToArray());

        Assert.Equal((letter.Sequence, letter.Reason), (read.Sequence, read.Reason));
        Assert.Equal(letter.Line, read.Line);
    }

    [Fact]
    public void What_was_being_written_when_the_process_ended_is_cleared_up()
    {
        string folder = Directory.CreateTempSubdirectory("sensorgrid-dead-").FullName;
        File.WriteAllText(Path.Combine(folder, "000000000001-0000.jsonl.new"), "{");
        File.WriteAllText(Path.Combine(folder, "000000000001-0000.jsonl.rewritten"), "{");
        var letters = new DeadLetterFolder(folder, 1 << 20);

        letters.ClearUpNew();
        Assert.Equal(["000000000001-0000.jsonl.rewritten"], Directory.GetFiles(folder).Select(Path.GetFileName));
        letters.ClearUpRewritten();
        Assert.Empty(Directory.GetFiles(folder));
        Directory.Delete(folder);
    }

    private static void RefuseNegatives(WriterRig rig) => rig.Store.Otherwise = request => Answer(request.Text.Contains("value=-", StringComparison.Ordinal));

    private static Testing.ScriptedAnswer Answer(bool refused) => new(refused ? 422 : 204, refused ? Conflict : "", []);

    private static async Task SendAsync(WriterRig rig, long sequence, params double[] values)
    {
        rig.Add(sequence, [.. values.Select((value, second) => Support.Some.Reading(value, second, new("gw", "x")))]);
        await rig.Writer.SendAsync(CancellationToken.None);
    }
}
