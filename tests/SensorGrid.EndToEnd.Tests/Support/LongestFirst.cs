using SensorGrid.EndToEnd.Tests.Faults;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("SensorGrid.EndToEnd.Tests.Support.LongestFirst", "SensorGrid.EndToEnd.Tests")]

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>Two classes run at a time. The two that take minutes begin, or else one of them would still run when all others have ended.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [typeof(CrashTests).FullName!, typeof(KillUnderLoadTests).FullName!];

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Array.Exists(Longest, name => collection.DisplayName.EndsWith(name, StringComparison.Ordinal)) ? 0 : 1)
            .ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
