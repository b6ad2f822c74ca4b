using System.Globalization;
using System.Text;
using SensorGrid.Ingest.Following;
using SensorGrid.Readings;

namespace SensorGrid.Ingest.Tests.Following;

/// <summary>Everything a follower sees of a record, as text to compare.</summary>
internal static class RecordText
{
    public static string Of(CommittedRecord record, DatastreamTable datastreams)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{record.Sequence} {record.Kind} {record.ReceivedAtTicks} {record.Source} {record.Principal} {record.Topic} {record.Gateway} {record.Outcome} ");
        text.Append(Convert.ToHexString(record.Payload.Span));
        foreach (ref readonly var reading in record.Readings.Readings)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {datastreams.KeyOf(reading.Datastream)} {reading}");
            if (reading.Kind == ReadingKind.Text)
                text.Append(' ').Append(record.Readings.GetText(reading));
        }
        return text.ToString();
    }

    /// <summary>Reads until a sequence has been handed over.</summary>
    public static Task<List<string>> ReadToAsync(CommittedReader reader, long last, DatastreamTable datastreams) =>
        ReadToAsync(reader, last, record => Of(record, datastreams));

    /// <summary>The same, of each record what is asked for.</summary>
    public static async Task<List<T>> ReadToAsync<T>(CommittedReader reader, long last, Func<CommittedRecord, T> take)
    {
        var taken = new List<T>();
        while (reader.NextSequence <= last)
        {
            var batch = await reader.ReadAsync(CancellationToken.None);
            foreach (var record in batch.Records)
                taken.Add(take(record));
        }
        return taken;
    }
}
