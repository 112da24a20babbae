<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Admin\Pages;

/**
 * Reads from the address which domain's page is asked for, and how much of it.
 */
final class Domain_Request {

	/** Entries of the story that are shown at first, and that each click adds. */
	private const STEPS = 10;

	/** More are on the screen of the log. */
	private const MOST_STEPS = 500;

	/**
	 * @param int    $id    The domain's row; 0: none.
	 * @param string $name  The domain, as the link had it; ''.
	 * @param int    $steps How many entries of its story to show.
	 * @param bool   $look  Whether to check its DNS and certificate while the page is made.
	 */
	private function __construct(
		public readonly int $id,
		public readonly string $name,
		public readonly int $steps,
		public readonly bool $look,
	) {}

	/**
	 * Whether the address asks for one domain's page.
	 */
	public static function is_one(): bool {
		return isset( $_GET['domain'] ); // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- only chooses what is shown.
	}

	public static function current(): self {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- only chooses what is shown.
		return self::from( wp_unslash( $_GET ) );
	}

	/**
	 * @param array<mixed> $query The query string, without slashes.
	 */
	public static function from( array $query ): self {
		$text = static fn( string $name ): string => is_scalar( $query[ $name ] ?? null ) ? (string) $query[ $name ] : '';

		return new self(
			max( 0, (int) $text( 'domain' ) ),
			trim( mb_substr( sanitize_text_field( $text( 'name' ) ), 0, 253 ) ),
			min( self::MOST_STEPS, max( self::STEPS, (int) $text( 'steps' ) ) ),
			'' !== $text( 'look' )
		);
	}

	/**
	 * How many entries are shown after "Show more"; null: no more on this page.
	 */
	public function more_steps(): ?int {
		return $this->steps >= self::MOST_STEPS ? null : $this->steps + self::STEPS * (int) ceil( $this->steps / self::STEPS );
	}

	/**
	 * The address of the page as it is asked for.
	 */
	public function url(): string {
		$query = self::STEPS === $this->steps ? array() : array( 'steps' => (string) $this->steps );

		return Pages::domain_url( $this->id, $this->name, $query );
	}
}
