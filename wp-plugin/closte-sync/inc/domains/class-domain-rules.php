<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Schema;
use ClosteSync\Settings\Settings;

/**
 * Hands \Closte\DomainRules what it decides by: the networks, the settings, the wildcards that Closte has accepted. Without
 * the extension no rule applies: see {@see Domain_Rules::apply()}.
 */
final class Domain_Rules {

	/**
	 * The domains of every network, and the wildcards of ours that Closte has accepted; null: not read yet.
	 *
	 * @var ?array{networks: list<string>, wildcards: list<string>}
	 */
	private ?array $known = null;

	/** Whether the settings stay as they were when it was first asked. */
	private bool $is_frozen = false;

	/** The domain of the main network; null: not asked for yet. */
	private ?string $own = null;

	private ?\Closte\DomainRules $rules = null;

	/**
	 * What the rules were made of.
	 *
	 * @var array<string, mixed>
	 */
	private array $options = array();

	public function __construct(
		private readonly Database $database,
		private readonly Domain_Names $names,
		private readonly Extension $extension,
	) {}

	/**
	 * The same as of now, for who asks about thousands of domains.
	 */
	public function frozen(): self {
		$frozen            = clone $this;
		$frozen->is_frozen = true;
		$frozen->rules     = null;
		$frozen->forget_wildcards();

		return $frozen;
	}

	/**
	 * Asks about several domains, and reads the settings once for all of them.
	 *
	 * @template T
	 * @param callable(): T $ask
	 * @return T
	 */
	public function at_once( callable $ask ): mixed {
		if ( $this->is_frozen ) {
			return $ask();
		}

		$this->is_frozen = true;
		$this->rules     = null;

		try {
			return $ask();
		} finally {
			$this->is_frozen = false;
		}
	}

	/**
	 * A wildcard came or went: which ones there are is read again.
	 */
	public function forget_wildcards(): void {
		$this->known = null;
	}

	/**
	 * Whether the rules apply now. Where they do not, a row is written for the domain itself, which needs confirmation: they
	 * are applied to it when the extension is back.
	 */
	public function apply(): bool {
		return $this->extension->is_usable();
	}

	/**
	 * The domains of every network. They are never removed.
	 *
	 * @return list<string>
	 */
	public function network_domains(): array {
		return $this->known()['networks'];
	}

	/**
	 * Whether this domain is never removed, whatever anyone says: a network's own, or one of the Closte application's.
	 */
	public function is_protected( string $domain ): bool {
		return $this->rules()?->isProtected( $domain ) ?? false;
	}

	/**
	 * Whether this is the application's own domain, or a subdomain of the network that needs no alias of its own.
	 */
	public function is_served_by_network( string $domain ): bool {
		return $this->is_own( $domain ) || ( $this->rules()?->isServedByNetwork( $domain ) ?? false );
	}

	/**
	 * Whether this is the domain of the main network, which the Closte application has by itself: it is no alias. That of
	 * another network is one.
	 *
	 * @param string $domain In the form that is compared.
	 */
	public function is_own( string $domain ): bool {
		$this->own ??= $this->names->canonical( get_network( get_main_network_id() )->domain ?? '' );

		return '' !== $domain && $domain === $this->own;
	}

	/**
	 * The www name that is added with this domain, or null.
	 */
	public function www_of( string $domain ): ?string {
		return $this->rules()?->www( $domain );
	}

	/**
	 * The domain that this www name is added with, or null.
	 */
	public function with_www( string $domain ): ?string {
		$bare = $this->names->name_without_www( $domain );

		return null !== $bare && $this->www_of( $bare ) === $domain ? $bare : null;
	}

	private function rules(): ?\Closte\DomainRules {
		if ( ( $this->is_frozen && null !== $this->rules ) || ! $this->apply() ) {
			return $this->rules;
		}

		$settings = Settings::load();
		$options  = $this->known() + array(
			'www'         => $settings->www->value,
			'subdomains'  => $settings->subdomains->value,
			'application' => defined( 'CLOSTE_APP_ID' ) ? (string) constant( 'CLOSTE_APP_ID' ) : '',
		);

		if ( null === $this->rules || $options !== $this->options ) {
			$this->rules   = new \Closte\DomainRules( $options );
			$this->options = $options;
		}

		return $this->rules;
	}

	/**
	 * In one statement: both are needed for one question.
	 *
	 * @return array{networks: list<string>, wildcards: list<string>}
	 */
	private function known(): array {
		if ( null === $this->known ) {
			$known = array(
				'networks'  => array(),
				'wildcards' => array(),
			);
			$rows  = $this->database->rows(
				"SELECT 'networks' AS what, domain FROM %i
				UNION ALL SELECT 'wildcards' AS what, domain FROM %i WHERE wanted = 'present' AND accepted_at > 0 AND domain LIKE %s",
				$this->database->table( 'site' ),
				$this->database->table( Schema::TABLE ),
				'*.%'
			);

			foreach ( $rows as $row ) {
				$known[ $row['what'] ][] = 'networks' === $row['what'] ? $this->names->canonical( $row['domain'] ) : $row['domain'];
			}

			$this->known = array_map( static fn( array $domains ): array => array_values( array_unique( $domains ) ), $known );
		}

		return $this->known;
	}
}
