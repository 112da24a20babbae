<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * What a comparison asks of a row: a hundred thousand are read for one, and a {@see Ledger_Row} takes ten times as long.
 */
final class Row_Outline {

	public const COLUMNS = 'id, domain, blog_id, source, by_hand, wanted, stage, next_call, accepted_at, may_have_landed';

	/**
	 * @param bool $by_hand       Someone asked for it by hand, whoever has it besides.
	 * @param int  $accepted_at   When Closte accepted it.
	 * @param bool $waits_for_dns It is not sent before it has DNS of its own.
	 */
	private function __construct(
		public readonly string $domain,
		public readonly int $blog_id,
		public readonly bool $by_hand,
		public readonly Wanted $wanted,
		public readonly int $accepted_at,
		public readonly bool $may_have_landed,
		public readonly bool $waits_for_dns,
	) {}

	/**
	 * @param array<string, string> $row With {@see Row_Outline::COLUMNS}.
	 */
	public static function from_array( array $row ): self {
		$wanted = self::wanted( $row );

		return new self(
			$row['domain'],
			(int) $row['blog_id'],
			self::is_by_hand( $row ),
			$wanted,
			(int) $row['accepted_at'],
			(bool) (int) $row['may_have_landed'],
			self::is_waiting( $wanted, self::stage( $row ), $row['next_call'] )
		);
	}

	/**
	 * A word that cannot be read stands for what does no harm.
	 *
	 * @param array<string, mixed> $row
	 */
	public static function wanted( array $row ): Wanted {
		return Wanted::tryFrom( (string) $row['wanted'] ) ?? Wanted::Present;
	}

	/**
	 * @param array<string, mixed> $row
	 */
	public static function stage( array $row ): Stage {
		return Stage::tryFrom( (string) $row['stage'] ) ?? Stage::Pending;
	}

	/**
	 * @param array<string, mixed> $row
	 */
	public static function is_by_hand( array $row ): bool {
		return Wanted::Present->value === $row['wanted'] && ( Row_Source::MANUAL === $row['source'] || (bool) (int) $row['by_hand'] );
	}

	/**
	 * Whether it is not sent before it has DNS of its own.
	 *
	 * @param string $next_call The call that its next step makes; '': none.
	 */
	public static function is_waiting( Wanted $wanted, Stage $stage, string $next_call ): bool {
		return Wanted::Present === $wanted && Stage::Pending === $stage && '' === $next_call;
	}

	/**
	 * Whether it should be at Closte, and is.
	 */
	public static function was_accepted( Wanted $wanted, int $accepted_at ): bool {
		return Wanted::Present === $wanted && $accepted_at > 0;
	}

	public function is_accepted(): bool {
		return self::was_accepted( $this->wanted, $this->accepted_at );
	}

	/**
	 * As \Closte\Comparison::addRows() takes it.
	 *
	 * @return array{domain: string, wanted: string, accepted_at: int, may_have_landed: bool, waits_for_dns: bool}
	 */
	public function to_array(): array {
		return array(
			'domain'          => $this->domain,
			'wanted'          => $this->wanted->value,
			'accepted_at'     => $this->accepted_at,
			'may_have_landed' => $this->may_have_landed,
			'waits_for_dns'   => $this->waits_for_dns,
		);
	}
}
