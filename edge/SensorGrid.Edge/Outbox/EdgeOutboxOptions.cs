using System.ComponentModel.DataAnnotations;

namespace SensorGrid.Edge.Outbox;

/// <summary>What an outbox does when it is full.</summary>
public enum OutboxWhenFull
{
    /// <summary>The oldest readings are dropped and counted. A sampling agent cannot stop the world; new readings matter more.</summary>
    DropOldest,

    /// <summary>The one who appends waits. For replay, whose source can wait.</summary>
    Wait,
}

/// <summary>How an outbox keeps readings until they are acknowledged.</summary>
public sealed record EdgeOutboxOptions
{
    /// <summary>Folder of the outbox, made when missing. One for each gateway.</summary>
    [Required]
    public required string Folder { get; init; }

    /// <summary>Bytes that may wait. 256 MiB: about 4 million readings, a week of one reading a second for seven sensors.</summary>
    [Range(64 * 1024, 1L << 40)]
    public long MostBytes { get; init; } = 256L << 20;

    /// <summary>What happens at that bound.</summary>
    public OutboxWhenFull WhenFull { get; init; } = OutboxWhenFull.DropOldest;

    /// <summary>Size of a segment file; space comes back in such pieces. 4 MiB: small flash cards, quick recovery.</summary>
    [Range(1 << 16, 1 << 28)]
    public int SegmentBytes { get; init; } = 4 << 20;

    /// <summary>Least time between two writes of the acknowledged position. After a crash at most this much is sent again.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>All that is wrong with the values, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), results, validateAllProperties: true);
        return results.ConvertAll(result => result.ErrorMessage ?? result.ToString());
    }
}
