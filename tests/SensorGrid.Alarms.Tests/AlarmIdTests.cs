using System.Security.Cryptography;
using System.Text;

namespace SensorGrid.Alarms.Tests;

public sealed class AlarmIdTests
{
    [Fact]
    public void Is_the_beginning_of_the_base32_of_the_hash()
    {
        // Bit by bit, the slow way.
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes("water.level\ngw/stage\n635866596000000000"));
        string bits = string.Concat(hash.Select(part => Convert.ToString(part, 2).PadLeft(8, '0')));
        string expected = string.Concat(Enumerable.Range(0, 20).Select(i => "abcdefghijklmnopqrstuvwxyz234567"[Convert.ToInt32(bits.Substring(i * 5, 5), 2)]));
        Assert.Equal(expected, AlarmId.Of("water.level", "gw/stage", 635866596000000000));
    }

    [Fact]
    public void Differs_by_rule_scope_and_onset() =>
        Assert.Equal(4, new[] { AlarmId.Of("a", "b", 1), AlarmId.Of("c", "b", 1), AlarmId.Of("a", "c", 1), AlarmId.Of("a", "b", 2) }.Distinct().Count());
}
