using CsCheck;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;

namespace SensorGrid.Alarms.Tests;

/// <summary>What must hold for one alarm after any order of levels and acknowledgements, told from its transitions alone.</summary>
public sealed class AlarmRegisterModelTests
{
    private const int Acknowledge = 5;

    // 0 to 4 the condition goes to that level, 5 and 6 a person acknowledges.
    private static readonly Gen<int[]> Steps = Gen.Int[0, 6].Array[1, 40];

    [Fact]
    public void Nobody_has_seen_red_who_saw_less_and_seen_red_is_seen_for_good() => Steps.Sample(steps =>
    {
        Level? seen = null;
        foreach (var transition in Play(steps, latchesRed: true).Concat(Play(steps, latchesRed: false)))
        {
            var alarm = transition.Alarm;
            seen = transition.Kind switch
            {
                AlarmTransitionKind.Raised => null,
                AlarmTransitionKind.Acknowledged => alarm.Level,
                AlarmTransitionKind.LevelChanged when alarm.Level == Level.Red && seen < Level.Red => null,
                _ => seen,
            };
            Assert.Equal((seen is not null, seen ?? Level.None), (alarm.Acknowledged, alarm.AcknowledgedLevel));
            Assert.Equal(alarm.Acknowledged, alarm.AcknowledgedBy is not null && alarm.AcknowledgedAtTicks is not null);
        }
    });

    [Fact]
    public void Latched_red_neither_falls_nor_ends_before_somebody_has_seen_it_at_red() => Steps.Sample(steps =>
    {
        bool seenAtRed = false;
        foreach (var transition in Play(steps, latchesRed: true))
        {
            var alarm = transition.Alarm;
            seenAtRed = transition.Kind != AlarmTransitionKind.Raised && (seenAtRed || transition.Kind == AlarmTransitionKind.Acknowledged && alarm.Level == Level.Red);
            if (alarm.PeakLevel == Level.Red && !seenAtRed)
                Assert.Equal((Level.Red, true, true), (alarm.Level, alarm.Active, alarm.IsLatched));
        }
    });

    [Fact]
    public void A_restart_from_a_snapshot_after_each_step_changes_nothing() => Steps.Sample(steps =>
    {
        foreach (bool latchesRed in (bool[])[true, false])
            Assert.Equal(Play(steps, latchesRed), Play(steps, latchesRed, restarts: true));
    });

    private static List<AlarmTransition> Play(int[] steps, bool latchesRed, bool restarts = false)
    {
        var register = new AlarmRegister();
        var output = new List<AlarmTransition>();
        var level = Level.None;
        for (int i = 0; i < steps.Length; i++)
        {
            if (steps[i] >= Acknowledge)
            {
                // The newest alarm; one that is not held any more is a case too.
                if (output.Count > 0)
                    register.Acknowledge(output[^1].Alarm.Id, "li", null, i, i, output);
            }
            else if (steps[i] != (int)level)
            {
                register.Apply(Change(level, (Level)steps[i], i, latchesRed), i, output);
                level = (Level)steps[i];
            }
            if (restarts)
                register = Restarted(register);
        }
        return output;
    }

    private static AlarmRegister Restarted(AlarmRegister register)
    {
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        register.WriteSnapshot(written);
        var restored = new AlarmRegister();
        Assert.True(restored.TryRestore(written.WrittenSpan));
        return restored;
    }

    private static ConditionChange Change(Level from, Level to, long at, bool latchesRed) => new(
        new()
        {
            Rule = new DeadmanRule { Id = "r", Domain = "water", SilenceTicks = 1, Level = Level.Blue, LatchesRed = latchesRed },
            Key = "s",
            RulesVersion = "v",
            Subject = new("gw", null, null, null, null, null),
        },
        from, to, at, at, double.NaN, double.NaN, double.NaN, IsRetrospective: false, LogTimeTicks: at);
}
