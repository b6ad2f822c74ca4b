using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

public sealed class SessionStoreKillTests
{
    [Fact]
    public async Task A_process_killed_at_any_moment_leaves_what_it_promised()
    {
        var random = new Random(20_261);
        int promises = 0;
        for (int round = 0; round < 6; round++)
        {
            string folder = SessionRig.TemporaryFolder();
            int seed = random.Next();
            int lines = random.Next(50, 3000);
            var said = await KillAfterAsync(folder, seed, lines);
            promises += Check(folder, said, string.Create(CultureInfo.InvariantCulture, $"seed {seed}, killed after {lines} lines"));
            Directory.Delete(folder, recursive: true);
        }
        Assert.True(promises > 100, $"Only {promises} promises were there to be broken.");
    }

    /// <returns>Promises that had to be kept.</returns>
    private static int Check(string folder, List<string> said, string context)
    {
        int promises = 0;
        using var metrics = new SessionMetrics();
        using (SessionFile.Open(folder, TimeProvider.System, metrics, NullLogger.Instance, out var state, out _))
        {
            Assert.True(metrics.StoresSetAside == 0, $"{context}: the file was damaged");
            Assert.Equal(3, state.Sessions.Count);
            foreach (var session in state.Sessions)
            {
                string who = session.ClientId[1..];
                Assert.Single(session.Subscriptions);
                var kept = session.Outgoing.Select(entry => SessionRig.Text(entry.Message)).ToHashSet();
                var tried = Of(said, $"try queue {who} ");
                var queued = Of(said, $"done queue {who} ");
                var finishing = Of(said, $"try finish {who} ").ToHashSet();
                Assert.True(kept.IsSubsetOf(tried), $"{context}: the session has a message nobody sent");
                var promised = queued.Where(number => !finishing.Contains(number)).ToList();
                promises += promised.Count;
                Assert.All(promised, number => Assert.True(kept.Contains(number), $"{context}: message {number} was promised and is gone"));
                var order = session.Outgoing.Select(entry => long.Parse(SessionRig.Text(entry.Message), CultureInfo.InvariantCulture)).ToList();
                Assert.Equal(order.Order(), order);
                CheckReceived(session, who, said, context);
            }
        }
        return promises;
    }

    // The ids it last promised, but for those it tried something with since.
    private static void CheckReceived(StoredSession session, string who, List<string> said, string context)
    {
        string start = $"done ids {who} ";
        int last = said.FindLastIndex(line => line.StartsWith(start, StringComparison.Ordinal));
        var promised = last < 0 ? [] : said[last][start.Length..].Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        var since = said.Skip(last + 1).ToList();
        var unsure = Of(since, $"try receive {who} ").Concat(Of(since, $"try release {who} ")).ToHashSet();
        var kept = session.Incoming.Select(id => id.ToString(CultureInfo.InvariantCulture)).ToHashSet();
        Assert.True(promised.Except(unsure).ToHashSet().SetEquals(kept.Except(unsure)), $"{context}: session {who}, unreleased ids {string.Join(',', kept)}, promised {string.Join(',', promised)}");
    }

    private static List<string> Of(List<string> said, string start) =>
        said.Where(line => line.StartsWith(start, StringComparison.Ordinal)).Select(line => line[start.Length..]).ToList();

    private static async Task<List<string>> KillAfterAsync(string folder, int seed, int lines)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            ["exec", typeof(KilledSessions).Assembly.Location, KilledSessions.Command, folder, seed.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var said = new List<string>();
        while (said.Count < lines && await process.StandardOutput.ReadLineAsync() is { } line)
            said.Add(line);
        process.Kill();
        // What it said before it died counts too.
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            said.Add(line);
        await process.WaitForExitAsync();
        Assert.True(said.Count >= lines, $"The process ended by itself after {said.Count} lines.");
        return said;
    }
}
